package place

import "testing"

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		place                 Place
		before, marked, after string
		utf8, utf16, utf32    int
	}{
		{Place{Text: "é = f(x)", Line: 1, Column: 5, EndLine: 1, EndColumn: 6}, "é = ", "f", "(x)", 5, 4, 4},
		{Place{Text: "😀x", Line: 1, Column: 2, EndLine: 1, EndColumn: 3}, "😀", "x", "", 4, 2, 1},
		{Place{Text: "f(", Line: 1, Column: 1, EndLine: 2, EndColumn: 2}, "", "f(", "", 0, 0, 0},
		{Place{Text: "f", Line: 1, Column: 2, EndLine: 1, EndColumn: 2}, "f", "", "", 1, 1, 1},
		{Place{Text: "f", Line: 1, Column: 9, EndLine: 1, EndColumn: 9}, "f", "", "", 1, 1, 1},
		{Place{}, "", "", "", 0, 0, 0},
	} {
		before, marked, after := test.place.Split()
		if before != test.before || marked != test.marked || after != test.after {
			t.Errorf("%+v: %q %q %q", test.place, before, marked, after)
		}
		for encoding, want := range map[Encoding]int{UTF8: test.utf8, UTF16: test.utf16, UTF32: test.utf32} {
			if got := encoding.Units(test.place.Text, test.place.Column-1); got != want {
				t.Errorf("%+v: %s column %d, want %d", test.place, encoding, got, want)
			}
		}
	}
}
