package pysource

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	tables "golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/transform"
)

// others are encodings of golang.org/x/text that agree with Python's codecs, but for the bytes in differs, which are
// other characters in Python. Where Python refuses bytes that the table has a character for, the file is read. Python's
// big5 and cp950 are not here: the table has 250 other characters.
var others = []struct {
	name, aliases string
	table         encoding.Encoding
	differs       map[string]rune
}{
	{"cp855", "855 csibm855 ibm855", tables.CodePage855, nil},
	{"cp858", "858 csibm858 ibm858", tables.CodePage858, nil},
	{"cp860", "860 csibm860 ibm860", tables.CodePage860, nil},
	{"cp862", "862 cspc862latinhebrew ibm862", tables.CodePage862, nil},
	{"cp863", "863 csibm863 ibm863", tables.CodePage863, nil},
	{"cp865", "865 csibm865 ibm865", tables.CodePage865, nil},
	{"cp874", "", tables.Windows874, nil},
	{"mac-cyrillic", "maccyrillic", tables.MacintoshCyrillic, nil},
	{"euc-jp", "eucjp u-jis ujis", japanese.EUCJP, map[string]rune{
		"\xa1\xc1": '〜', "\xa1\xc2": '‖', "\xa1\xdd": '−', "\xa1\xf1": '¢', "\xa1\xf2": '£', "\xa2\xcc": '¬',
		"\x8f\xa2\xb7": '~',
	}},
	{"shift-jis", "csshiftjis s-jis shiftjis sjis", japanese.ShiftJIS, map[string]rune{
		"\x81\x60": '〜', "\x81\x61": '‖', "\x81\x7c": '−', "\x81\x91": '¢', "\x81\x92": '£', "\x81\xca": '¬',
	}},
	{"cp932", "932 mskanji ms-kanji ms932 windows-31j", japanese.ShiftJIS, nil},
	{"gbk", "936 cp936 ms936", simplifiedchinese.GBK, nil},
	{"gb2312", "chinese csiso58gb231280 euc-cn euccn eucgb2312-cn gb2312-1980 gb2312-80 iso-ir-58", simplifiedchinese.GBK,
		map[string]rune{
			"\xa1\xaa": '―', "\xa1\xa4": '・',
		}},
	{"gb18030", "gb18030-2000", simplifiedchinese.GB18030, nil},
	{"euc-kr", "euckr korean ks-c-5601 ks-c-5601-1987 ks-x-1001 ksc5601 ksx1001", korean.EUCKR, nil},
	{"cp949", "949 ms949 uhc", korean.EUCKR, nil},
	{"big5hkscs", "big5-hkscs hkscs", traditionalchinese.Big5, map[string]rune{
		"\xa1\x45": '•', "\xa1\x4e": '､', "\xa1\xc2": '‾', "\xa1\xe3": '∼', "\xa1\xf2": '♁', "\xa1\xf3": '☉', "\xa2\x41": '／',
		"\xa2\x42": '＼', "\xa2\x44": '¥', "\xa2\x46": '¢', "\xa2\x47": '£',
	}},
}

// wide is a table of golang.org/x/text.
type wide struct {
	decoder transform.Transformer // keeps no state
	differs map[string]rune
}

// other finds the encoding of golang.org/x/text called name.
func other(name string) *Encoding {
	for _, o := range others {
		if name == o.name || slices.Contains(strings.Fields(o.aliases), name) {
			w := &wide{decoder: o.table.NewDecoder().Transformer, differs: o.differs}
			return &Encoding{Name: strings.ReplaceAll(o.name, "-", "_"), wide: w}
		}
	}
	return nil
}

// rune decodes the first character of b, which is not ASCII.
func (w *wide) rune(b []byte) (r rune, size int) {
	var room [2 * utf8.UTFMax]byte
	for size = 1; size <= min(4, len(b)); size++ {
		n, _, err := w.decoder.Transform(room[:], b[:size], true)
		if r, whole := utf8.DecodeRune(room[:n]); err == nil && whole == n && r != utf8.RuneError {
			if pythons, ok := w.differs[string(b[:size])]; ok {
				r = pythons
			}
			return r, size
		}
	}
	return utf8.RuneError, 1
}

// Shape is src for a reader of its structure: a copy in which no byte of another character is an ASCII byte, where the
// encoding has such, as the backslashes of Shift JIS; src itself elsewhere. Offsets are the same.
func (e *Encoding) Shape(src []byte) []byte {
	if e.wide == nil || isASCII(src) {
		return src
	}
	shape := slices.Clone(src)
	for at := 0; at < len(src); {
		size := 1
		if src[at] >= utf8.RuneSelf {
			_, size = e.wide.rune(src[at:])
		}
		for i := at + 1; i < at+size; i++ {
			shape[i] |= 0x80
		}
		at += size
	}
	return shape
}
