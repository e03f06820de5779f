package rule

import (
	"errors"
	"strings"
	"testing"
)

var three = []*Rule{{Code: "AH101", Name: "one"}, {Code: "AH102", Name: "two", OptIn: true}, {Code: "AH201", Name: "three"}}

func TestCloserSelectorDecides(t *testing.T) {
	for _, test := range []struct{ selected, ignored, want string }{
		{"AH", "", "AH101 AH201"},
		{"AH1", "", "AH101"},
		{"AH AH102", "", "AH101 AH102 AH201"},
		{"AH two", "", "AH101 AH102 AH201"},
		{"AH", "AH1", "AH201"},
		{"AH101", "AH1", "AH101"},
		{"AH AH101", "AH1", "AH101 AH201"},
		{"AH1", "AH1", ""},
		{"one three", "three", "AH101"},
		{"", "", ""},
	} {
		s, err := NewSelection(three, strings.Fields(test.selected), strings.Fields(test.ignored))
		if err != nil {
			t.Fatal(err)
		}
		var on []string
		for _, r := range three {
			if s.On(r) {
				on = append(on, r.Code)
			}
		}
		if got := strings.Join(on, " "); got != test.want {
			t.Errorf("select %q, ignore %q: %s, want %s", test.selected, test.ignored, got, test.want)
		}
	}
}

func TestUnknownSelectors(t *testing.T) {
	for selector, meant := range map[string]string{"AH111": "AH101", "thre": "three", "E501": "", "": ""} {
		_, err := NewSelection(three, nil, []string{selector})
		var unknown *UnknownError
		if !errors.As(err, &unknown) || unknown.Selector != selector || unknown.Meant != meant {
			t.Errorf("%q: %+v", selector, err)
		}
	}
}
