package glyph

import "testing"

func TestWidth(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "abc": 3, "é": 1, "e\u0301": 1, "漢字": 4, "ｆ": 2, "ｱ": 1, "😀": 2, "\u200b": 1, "\xff": 1, "각": 2, "\u1100\u1161": 2, "─": 1,
	} {
		if got := Width(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		text       string
		cells      int
		start, end string
	}{
		{"abc", 3, "…", "abc"}, {"abcd", 2, "…cd", "ab…"}, {"漢字", 3, "…", "漢…"}, {"漢字x", 2, "…字x", "漢…"}, {"e\u0301x", 1, "…x", "e\u0301…"},
	} {
		if got := Cut(test.text, test.cells); got != test.end {
			t.Errorf("Cut(%q, %d) = %q", test.text, test.cells, got)
		}
		if got := CutStart(test.text, test.cells); got != test.start {
			t.Errorf("CutStart(%q, %d) = %q", test.text, test.cells, got)
		}
	}
}
