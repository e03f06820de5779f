package place

import "testing"

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		place                 Place
		before, marked, after string
		utf16                 int
	}{
		{Place{Text: "é = f(x)", Line: 1, Column: 5, EndLine: 1, EndColumn: 6}, "é = ", "f", "(x)", 4},
		{Place{Text: "😀x", Line: 1, Column: 2, EndLine: 1, EndColumn: 3}, "😀", "x", "", 2},
		{Place{Text: "f(", Line: 1, Column: 1, EndLine: 2, EndColumn: 2}, "", "f(", "", 0},
		{Place{Text: "f", Line: 1, Column: 2, EndLine: 1, EndColumn: 2}, "f", "", "", 1},
		{Place{Text: "f", Line: 1, Column: 9, EndLine: 1, EndColumn: 9}, "f", "", "", 1},
		{Place{}, "", "", "", 0},
	} {
		before, marked, after := test.place.Split()
		if before != test.before || marked != test.marked || after != test.after {
			t.Errorf("%+v: %q %q %q", test.place, before, marked, after)
		}
		if got := test.place.UTF16(); got != test.utf16 {
			t.Errorf("%+v: UTF-16 column %d, want %d", test.place, got, test.utf16)
		}
	}
}
