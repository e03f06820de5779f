package view

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestPrintableNamesAreUTF8AndStayApart(t *testing.T) {
	for path, want := range map[string]string{"a/é.py": "a/é.py", "a\xff.py": `a\xff.py`, `a\xff.py`: `a\x5cxff.py`, `a\b`: `a\b`, "\xed\xa0\x80": `\xed\xa0\x80`} {
		if got := Printable(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
	name := rapid.StringOf(rapid.SampledFrom([]rune(`\x5cf`)))
	odd := rapid.SampledFrom([]string{"", "\xff", "\xc3", "é"})
	rapid.Check(t, func(t *rapid.T) {
		a := name.Draw(t, "a") + odd.Draw(t, "odd") + name.Draw(t, "end")
		b := name.Draw(t, "b") + odd.Draw(t, "other") + name.Draw(t, "tail")
		if !utf8.ValidString(Printable(a)) || a != b && Printable(a) == Printable(b) {
			t.Fatalf("%q and %q are both %q", a, b, Printable(a))
		}
	})
}
