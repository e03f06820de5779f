package port

import (
	"strings"
	"testing"

	"aiohub/internal/output/finding"
)

func TestEveryTextHasItsVariable(t *testing.T) {
	for name := range unnamed {
		t.Errorf("%s is described, and nothing follows it", name)
	}
	if len(Rules) == 0 {
		t.Error("no rules")
	}
}

func TestEveryVariableHasItsText(t *testing.T) {
	for _, name := range []string{"no-such-rule", moves.Name} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a variable for %s, which has no text or another variable", name)
				}
			}()
			rule(name)
		}()
	}
}

const (
	one = "## `one`\n\nStage 1, safe: it is `x`: at once.\n\nWhy not.\n\n```py\n# before\na = 1\n\n# after\nb = 2\n```\n"
	two = "## `two`\n\nStage 3, manual until accepted: half a sentence.\n\nLook.\n"
)

func TestReadRules(t *testing.T) {
	rules, err := readRules(one + "\n" + two)
	if err != nil || len(rules) != 2 {
		t.Fatal(rules, err)
	}
	want := Rule{Name: "one", Stage: 1, Safety: finding.Safe, Title: "it is `x`: at once", Why: "Why not.", Page: one}
	if *rules[0] != want {
		t.Errorf("%+v, want %+v", *rules[0], want)
	}
	want = Rule{Name: "two", Stage: 3, Safety: finding.Manual, Accept: true, Title: "half a sentence", Why: "Look.", Page: two}
	if *rules[1] != want {
		t.Errorf("%+v, want %+v", *rules[1], want)
	}
}

func TestTextsThatAreOfNoRule(t *testing.T) {
	for _, test := range []struct{ from, to, want string }{
		{"## `one`", "# Rules", "it begins with the heading of a rule"},
		{"\n\nWhy not.\n\n```py\n# before\na = 1\n\n# after\nb = 2\n```", "", "## `one` has no title, or no reason"},
		{"Stage 1", "Stage one", `one: "Stage one, safe" is no stage`},
		{"safe", "sound", `one: "sound" is not how safe a rule is`},
		{"safe", "safe until accepted", `one: "safe" is not how safe a rule is`},
		{"once.", "once", "one: \"Stage 1, safe: it is `x`: at once\" is not a stage, how safe it is, and a sentence"},
		{"```py", "```c", "one: what follows the reason is no Python"},
		{"b = 2\n```\n", "b = 2\n", "one: what follows the reason is no Python"},
	} {
		if _, err := readRules(strings.ReplaceAll(one, test.from, test.to)); err == nil || err.Error() != test.want {
			t.Errorf("%s in place of %s: %v, want %s", test.to, test.from, err, test.want)
		}
	}
}
