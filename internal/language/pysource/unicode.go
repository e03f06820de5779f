package pysource

import (
	"bytes"
	"errors"
	"regexp"
)

var cookiePattern = regexp.MustCompile(`coding[:=][ \t]*([-\w.]+)`)

// FromUnicode makes a file of a text that somebody has in UTF-8 whatever the file's encoding, as an editor has: where a
// comment names another encoding, it names this one instead. Other lines are as they were.
func FromUnicode(text []byte) []byte {
	enc, err := Detect(text)
	if errors.Is(err, ErrUnknownEncoding) || errors.Is(err, ErrInvalid) || err == nil && (enc.utf8 || enc == ascii) {
		return text
	}
	at := cookiePattern.FindSubmatchIndex(text)
	if at == nil {
		return text
	}
	return bytes.Join([][]byte{text[:at[2]], []byte("utf-8"), text[at[3]:]}, nil)
}
