// Package pysource reads Python source files: their encoding (PEP 263) and their lines.
//
// Source is never converted: the scanner works on the file as read and offsets mean bytes of the file. Nearly every
// encoding that Python code is written in stores ASCII as ASCII and nothing else in those bytes, so only names and
// columns have to be decoded. Where the second byte of a character may be an ASCII byte (Shift JIS, GBK), the scanner
// looks at the file's Shape. Encodings in which ASCII is shifted (ISO 2022, UTF-7, UTF-16) are refused, and a few whose
// tables are not here, if the file has characters of theirs.
package pysource

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Encoding says how the bytes of a file that are not ASCII make characters.
type Encoding struct {
	Name string // as Python's codecs call it
	utf8 bool
	// high is the characters of the bytes from 0x80 on, utf8.RuneError for those without one; nil if bytes make
	// characters in groups.
	high *[128]rune
	wide *wide // decodes the others
}

// The encodings that need no table.
var (
	UTF8   = &Encoding{Name: "utf-8", utf8: true}
	Latin1 = &Encoding{Name: "iso-8859-1", high: identity()}
	ascii  = &Encoding{Name: "ascii", high: nothing()}
)

// Errors that Detect wraps.
var (
	ErrUnknownEncoding     = errors.New("unknown encoding")
	ErrUnsupportedEncoding = errors.New("unsupported encoding")
	ErrInvalid             = errors.New("invalid bytes")
)

func identity() *[128]rune {
	var t [128]rune
	for i := range t {
		t[i] = rune(i + 0x80)
	}
	return &t
}

func nothing() *[128]rune {
	var t [128]rune
	for i := range t {
		t[i] = utf8.RuneError
	}
	return &t
}

// Rune decodes the first character of b, which must not be empty.
func (e *Encoding) Rune(b []byte) (r rune, size int) {
	switch {
	case b[0] < utf8.RuneSelf:
		return rune(b[0]), 1
	case e.utf8:
		return utf8.DecodeRune(b)
	case e.high != nil:
		return e.high[b[0]-0x80], 1
	}
	return e.wide.rune(b)
}

// Text is b in UTF-8. U+FFFD stands for each byte that means nothing.
func (e *Encoding) Text(b []byte) string {
	if isASCII(b) || e.utf8 && utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	s.Grow(len(b) + len(b)/2)
	for len(b) > 0 {
		r, size := e.Rune(b)
		s.WriteRune(r)
		b = b[size:]
	}
	return s.String()
}

// count is the number of characters of Text(b).
func (e *Encoding) count(b []byte) int {
	if e.utf8 || isASCII(b) {
		return utf8.RuneCount(b)
	}
	n := 0
	for len(b) > 0 {
		_, size := e.Rune(b)
		b = b[size:]
		n++
	}
	return n
}

// inside tells whether a byte may be within a character, and not its first.
func (e *Encoding) inside(b byte) bool {
	if e.utf8 {
		return !utf8.RuneStart(b)
	}
	return e.high == nil
}

// IsUTF8 reports whether the bytes of a file are its text.
func (e *Encoding) IsUTF8() bool { return e.utf8 }

// Check finds the first byte of src that means nothing in the encoding; ok is false if there is one.
func (e *Encoding) Check(src []byte) (pos int, ok bool) {
	if e.utf8 {
		if utf8.Valid(src) {
			return 0, true
		}
		for pos < len(src) {
			r, size := utf8.DecodeRune(src[pos:])
			if r == utf8.RuneError && size == 1 {
				return pos, false
			}
			pos += size
		}
		return 0, true
	}
	if e == Latin1 {
		return 0, true
	}
	for pos < len(src) {
		r, size := e.Rune(src[pos:])
		if r == utf8.RuneError {
			return pos, false
		}
		pos += size
	}
	return 0, true
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func bomSize(src []byte) int {
	if bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		return 3
	}
	return 0
}

// Detect finds the encoding of src as PEP 263 says: from a byte order mark, or a comment in the first two lines.
func Detect(src []byte) (*Encoding, error) {
	bom := bomSize(src)
	name := cookie(src[bom:])
	if name == "" {
		return UTF8, nil
	}
	e, err := lookup(name, src)
	if err != nil {
		return nil, err
	}
	// CPython takes no other spelling together with a byte order mark.
	if n := canonical(name); bom > 0 && n != "utf-8" && !strings.HasPrefix(n, "utf-8-") {
		return nil, fmt.Errorf("encoding problem: %s with BOM: %w", name, ErrInvalid)
	}
	return e, nil
}

// cookie is the name of the encoding that a comment in the first two lines gives, or "".
func cookie(src []byte) string {
	for range 2 {
		line := src
		if i := bytes.IndexAny(src, "\r\n"); i >= 0 {
			line = src[:i]
			if bytes.HasPrefix(src[i:], []byte("\r\n")) {
				i++
			}
			src = src[i+1:]
		} else {
			src = nil
		}
		line = bytes.TrimLeft(line, " \t\f")
		if len(line) == 0 {
			continue
		}
		if line[0] != '#' {
			return ""
		}
		if name := cookieIn(line); name != "" {
			return name
		}
	}
	return ""
}

// cookieIn matches `coding[:=][ \t]*([-\w.]+)` in a comment.
func cookieIn(line []byte) string {
	for {
		i := bytes.Index(line, []byte("coding"))
		if i < 0 {
			return ""
		}
		line = line[i+len("coding"):]
		if len(line) == 0 || line[0] != ':' && line[0] != '=' {
			continue
		}
		rest := bytes.TrimLeft(line[1:], " \t")
		n := 0
		for n < len(rest) &&
			(rest[n] == '-' || rest[n] == '_' || rest[n] == '.' || rest[n]-'0' <= 9 || (rest[n]|0x20)-'a' <= 25) {
			n++
		}
		if n > 0 {
			return string(rest[:n])
		}
	}
}

func canonical(name string) string { return strings.ReplaceAll(strings.ToLower(name), "_", "-") }

// lookup finds an encoding by name. Unlike Python, it takes a file that is all ASCII in any encoding that holds ASCII.
func lookup(name string, src []byte) (*Encoding, error) {
	n := canonical(name)
	switch {
	case n == "utf-8" || n == "utf8" || strings.HasPrefix(n, "utf-8-") || n == "u8" || n == "utf8-ucs2" ||
		n == "utf8-ucs4" || n == "cp65001":
		return UTF8, nil
	case n == "latin-1" || n == "latin1" || n == "iso-8859-1" || n == "iso8859-1" || n == "8859" || n == "l1" ||
		n == "cp819" ||
		n == "latin" || strings.HasPrefix(n, "latin-1-") || strings.HasPrefix(n, "iso-8859-1-") ||
		strings.HasPrefix(n, "iso-latin-1"):
		return Latin1, nil
	case n == "ascii" || n == "us-ascii" || n == "646":
		return ascii, nil
	}
	if e := charmap(n); e != nil {
		return e, nil
	}
	if isASCII(src) && (asciiPlus[n] || other(n) != nil) {
		return ascii, nil
	}
	if e := other(n); e != nil {
		return e, nil
	}
	if !asciiPlus[n] {
		return nil, fmt.Errorf("%w: %s", ErrUnknownEncoding, name)
	}
	return nil, fmt.Errorf("%w: %s; convert the file to utf-8", ErrUnsupportedEncoding, name)
}

// asciiPlus names encodings that hold ASCII but whose other characters are not supported.
var asciiPlus = map[string]bool{
	"big5": true, "big5-tw": true, "csbig5": true, "cp950": true, "950": true, "ms950": true, "johab": true,
	"cp1361": true, "ms1361": true, "euc-jis-2004": true, "euc-jisx0213": true, "eucjisx0213": true,
	"shift-jis-2004": true, "shift-jisx0213": true, "mbcs": true, "cp720": true, "cp737": true, "cp775": true,
	"cp856": true, "cp857": true, "cp861": true, "cp864": true, "cp869": true, "cp1006": true,
	"cp1125": true, "koi8-t": true, "kz1048": true, "ptcp154": true, "hp-roman8": true, "mac-greek": true,
	"mac-iceland": true, "mac-latin2": true, "mac-turkish": true, "mac-croatian": true, "mac-romanian": true,
	"palmos": true,
}
