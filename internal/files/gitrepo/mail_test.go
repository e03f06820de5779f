package gitrepo

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
)

// A mail with carriage returns says what it said, and has lines that mail may have.
func TestEncodedMailKeepsCarriageReturns(t *testing.T) {
	body := "Why.\n---\n-x = 1\r\n+x = 2\r\n From here\n.\nlong " + strings.Repeat("=é", 60) + "\ntrailing \t\nlast without end"
	text := []byte("Subject: [PATCH] x\n\n" + body)
	got := encode(text)
	m, err := mail.ReadMessage(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	if string(decoded) != body {
		t.Errorf("decoded:\n%q\nwant\n%q", decoded, body)
	}
	for line := range strings.Lines(string(got)) {
		if len(strings.TrimRight(line, "\n")) > longestLine {
			t.Errorf("too long: %q", line)
		}
		if strings.Contains(line, "\r") {
			t.Errorf("a carriage return as it is: %q", line)
		}
	}
}

func TestMailWithoutCarriageReturnsIsLeftAlone(t *testing.T) {
	text := []byte("Subject: x\n\n+é = 1\n")
	if got := encode(text); !bytes.Equal(got, text) {
		t.Errorf("%q", got)
	}
}
