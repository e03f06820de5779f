package scan

import "bytes"

// marks are the first bytes of files in encodings whose characters are all wider than a byte. That of UTF-32 begins as
// one of UTF-16 does.
var marks = []struct{ mark, encoding string }{
	{"\xff\xfe\x00\x00", "UTF-32"}, {"\x00\x00\xfe\xff", "UTF-32"}, {"\xff\xfe", "UTF-16"}, {"\xfe\xff", "UTF-16"},
}

// wide names the encoding of a file whose characters are all wider than a byte, "" for any other: it says so at its
// start, or one byte of each two or four is something and the others are nothing.
func wide(src []byte) string {
	for _, m := range marks {
		if bytes.HasPrefix(src, []byte(m.mark)) {
			return m.encoding
		}
	}
	for _, unit := range []struct {
		size     int
		encoding string
	}{{2, "UTF-16"}, {4, "UTF-32"}} {
		start := src[:min(len(src), 64)/unit.size*unit.size]
		if len(start) >= 5*unit.size && (padded(start, unit.size, 0) || padded(start, unit.size, unit.size-1)) {
			return unit.encoding
		}
	}
	return ""
}

// padded tells whether in each unit one byte is something and the others are nothing.
func padded(src []byte, size, at int) bool {
	for i, c := range src {
		if (c != 0) != (i%size == at) {
			return false
		}
	}
	return true
}
