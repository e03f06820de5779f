package place

import "unicode/utf8"

// Encoding is one of the ways in which editors count the columns of a line.
type Encoding string

// The position encodings of the language server protocol.
const (
	UTF8  Encoding = "utf-8"
	UTF16 Encoding = "utf-16"
	UTF32 Encoding = "utf-32"
)

// Units gives the length of the first characters of a line in an encoding's code units.
func (e Encoding) Units(line string, characters int) int {
	head := line[:offset(line, characters)]
	switch e {
	case UTF8:
		return len(head)
	case UTF32:
		return utf8.RuneCountInString(head)
	}
	units := 0
	for _, c := range head {
		units++
		if c > 0xffff {
			units++
		}
	}
	return units
}
