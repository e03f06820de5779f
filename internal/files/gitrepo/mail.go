package gitrepo

import (
	"bytes"
	"fmt"
)

// encode makes a mail that survives `git am`: that takes carriage returns off the ends of lines, unless they are
// written as quoted-printable.
func encode(mail []byte) []byte {
	head, body, ok := bytes.Cut(mail, []byte("\n\n"))
	if !ok || !bytes.Contains(body, []byte("\r")) {
		return mail
	}
	var out bytes.Buffer
	typed := false
	for line := range bytes.Lines(append(head, '\n')) {
		switch {
		case bytes.HasPrefix(line, []byte("Content-Transfer-Encoding:")):
			continue
		case bytes.HasPrefix(line, []byte("Content-Type:")):
			typed = true
		}
		out.Write(line)
	}
	if !typed {
		out.WriteString("MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n")
	}
	out.WriteString("Content-Transfer-Encoding: quoted-printable\n\n")
	for line := range bytes.Lines(body) {
		quote(&out, line)
	}
	return out.Bytes()
}

// longestLine is the most that RFC 2045 allows a line of quoted-printable, the mark of its continuation included.
const longestLine = 76

// quote writes a line, its end too, in quoted-printable (RFC 2045, 6.7).
func quote(out *bytes.Buffer, line []byte) {
	text, ended := bytes.CutSuffix(line, []byte("\n"))
	column := 0
	for i, c := range text {
		piece := string(c)
		if c == '=' || c < ' ' && c != '\t' || c > '~' || (c == ' ' || c == '\t') && i == len(text)-1 ||
			column == 0 && (c == 'F' || c == '.') {
			piece = fmt.Sprintf("=%02X", c) // "From " and a single dot mean something at the beginning of a line
		}
		if column+len(piece) > longestLine-1 {
			out.WriteString("=\n")
			column = 0
		}
		out.WriteString(piece)
		column += len(piece)
	}
	if ended {
		out.WriteByte('\n')
	} else if column > 0 {
		out.WriteString("=\n")
	}
}
