package port

import "strings"

// prefixes is a table over canonical names. The first prefix that fits decides, so that a longer one stands before what
// it begins with.
type prefixes []struct{ prefix, text string }

// readPrefixes reads a table of a line for each prefix: the prefix, blanks, and the text.
func readPrefixes(table string) prefixes {
	var out prefixes
	for line := range strings.Lines(table) {
		if prefix, text, ok := strings.Cut(line, " "); ok && prefix != "#" {
			out = append(out, struct{ prefix, text string }{prefix, strings.TrimSpace(text)})
		}
	}
	return out
}

// of is the text for a canonical name, otherwise if no prefix fits.
func (t prefixes) of(canon, otherwise string) string {
	for _, row := range t {
		if strings.HasPrefix(canon, row.prefix) {
			return row.text
		}
	}
	return otherwise
}
