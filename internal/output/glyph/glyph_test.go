package glyph

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestWhatSteersOrHidesIsReplaced(t *testing.T) {
	for name, r := range map[string]rune{
		"escape": 0x1b, "bell": 7, "delete": 0x7f, "control sequence introducer": 0x9b, "next line": 0x85, "carriage return": '\r',
		"right-to-left override": 0x202e, "left-to-right isolate": 0x2066, "right-to-left mark": 0x200f, "Arabic letter mark": 0x61c,
		"zero width space": 0x200b, "zero width joiner": 0x200d, "byte order mark": 0xfeff, "word joiner": 0x2060, "soft hyphen": 0xad,
		"line separator": 0x2028, "tag": 0xe0041, "Hangul filler": 0x3164, "grapheme joiner": 0x34f,
	} {
		if got := Line("a" + string(r) + "b"); got != "a\ufffdb" {
			t.Errorf("%s: %q", name, got)
		}
		if got := Lines("a\n\t" + string(r) + "b"); got != "a\n\t\ufffdb" {
			t.Errorf("%s in lines: %q", name, got)
		}
	}
	for _, s := range []string{"plain", "é 漢字 עברית ∀ 🐍", "a # b", "\ufffd"} {
		if Line(s) != s {
			t.Errorf("%q became %q", s, Line(s))
		}
	}
	if got := Line("a\nb\tc\xff"); got != "a\ufffdb\ufffdc\ufffd" {
		t.Errorf("%q", got)
	}
}

func TestCommandsToCISystemsAreBroken(t *testing.T) {
	for _, s := range []string{"x = '##vso[task.setvariable variable=PATH]y'", "##[stop-commands]x", "é ##[group]", "###[x", "##teamcity[x"} {
		if got := Line(s); !strings.ContainsRune(got, Mark) || strings.Contains(got, "##[") || utf8.RuneCountInString(got) != utf8.RuneCountInString(s) {
			t.Errorf("%q became %q", s, got)
		}
	}
	if s := "## a heading"; Line(s) != s {
		t.Errorf("%q", Line(s))
	}
}

func TestJSONMeansTheSameAndShowsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("##[\u202e\u200b\x9b\x7f\U000e0041\"\\\n")))).Draw(t, "s")
		encoded, err := json.Marshal(map[string]string{"k": s})
		if err != nil {
			t.Fatal(err)
		}
		shown := JSON(encoded)
		var back map[string]string
		if err := json.Unmarshal(shown, &back); err != nil || back["k"] != s {
			t.Fatalf("%q: %q %v", s, back, err)
		}
		if strings.ContainsFunc(string(shown), func(r rune) bool { return !Shown(r) || unicode.Is(unicode.Cf, r) }) || strings.Contains(string(shown), "##") {
			t.Fatalf("%q", shown)
		}
	})
}
