package term

import (
	"bytes"
	"testing"
)

func TestFillBreaksProseAndNothingElse(t *testing.T) {
	text := "# a heading that is longer than the line\n\none two three\nfour five\n\n* one two three four\n  five\n* six\n\n```py\nx = 'as it is, however long'\n```\n\n    indented as it is, too\nend\n"
	want := "# a heading that is longer than the line\n\none two three\nfour five\n\n* one two\n  three four\n  five\n* six\n\n```py\nx = 'as it is, however long'\n```\n\n    indented as it is, too\nend\n"
	if got := Fill(text, 13); got != want {
		t.Errorf("%s", got)
	}
	if got := Fill("one two\nthree", 80); got != "one two three\n" {
		t.Errorf("%q", got)
	}
	if got := Fill("a-word-without-end b", 5); got != "a-word-without-end\nb\n" {
		t.Errorf("%q", got)
	}
}

func TestHangKeepsTheMargin(t *testing.T) {
	if got, want := Hang("AH1  ", "one two three four five", 25), "AH1  one two three four\n     five\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := Hang("a long margin  ", "one two", 20), "a long margin  one two\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWhatIsNoTerminalHasNoWidth(t *testing.T) {
	if width := Width(&bytes.Buffer{}); width != 0 {
		t.Error(width)
	}
}
