package directive

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for comment, want := range map[string]string{
		"# aiohub: ignore[AH101] because":              "AH101",
		"#aiohub:ignore[ AH101 , green-sleep ] why":    "AH101 green-sleep",
		"# noqa: E501  # aiohub: ignore[AH101] reason": "AH101",
		"# aiohub: ignore[AH101]":                      "! gives no reason",
		"# aiohub: ignore[AH101] -":                    "! gives no reason",
		"# aiohub: ignore[] because":                   "! names no rule",
		"# aiohub: ignore because":                     "! names no rule",
		"# aiohub: ignore[AH101 because":               "! has no `]`",
		"# aiohub: skip":                               "! says neither `ignore` nor `ignore-file`",
		"# a word about aiohub: ignore[AH101] it":      "",
		"# plain":                              "",
		"# aihub: ignore[AH101] because":       "! is not read by aiohub",
		"# ayohub = ignore-file[x, AH101] why": "! is not read by aiohub",
		"# type: ignore[AH101]":                "! is not read by aiohub",
		"# type: ignore[attr] see AH101":       "",
		"# type: ignore[attr-defined]":         "",
		"# see AH101: ignored there":           "",
	} {
		d, ok := Parse([]byte(comment), 100)
		got := ""
		if ok {
			var codes []string
			for _, code := range d.Codes {
				if comment[code.Start-100:code.End-100] != code.Text {
					t.Errorf("%q: %q is not at its place", comment, code.Text)
				}
				codes = append(codes, code.Text)
			}
			got = strings.Join(codes, " ")
			if d.Fault != "" {
				got = "! " + d.Fault
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", comment, got, want)
		}
	}
}
