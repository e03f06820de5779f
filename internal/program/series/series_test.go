package series

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"aiohub/internal/program/port"
)

func result(paths ...string) *port.Result {
	r := &port.Result{}
	for _, p := range paths {
		r.Files = append(r.Files, port.File{Path: p, Before: []byte("a\n"), After: []byte("b\n")})
		r.Places = append(r.Places, port.Place{File: p, Line: 1, Test: strings.Contains(p, "test"), Rule: port.Rules[0]})
	}
	return r
}

func shown(patches []Patch) string {
	var b strings.Builder
	for _, p := range patches {
		var paths []string
		for _, f := range p.Files {
			paths = append(paths, f.Path)
		}
		fmt.Fprintf(&b, "%s: %s\n", p.Subject, strings.Join(paths, " "))
	}
	return b.String()
}

func TestTestsGoWithWhatTheyTest(t *testing.T) {
	r := result("requirements.txt", "shop/api/cart.py", "shop/db/cart.py", "shop/tests/unit/api/test_cart.py", "tests/db/test_cart.py", "tests/test_all.py", "shop/tests/unit/base.py")
	got := shown(Moves(r, "", Limits{Files: 2, Lines: 100}))
	want := `Require aiohub: requirements.txt
Move eventlet's imports in shop: tests/test_all.py shop/tests/unit/base.py
Move eventlet's imports in shop.api.cart: shop/api/cart.py shop/tests/unit/api/test_cart.py
Move eventlet's imports in shop.db.cart: shop/db/cart.py tests/db/test_cart.py
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestPatchesStayWithinTheLimits(t *testing.T) {
	var paths []string
	for i := range 25 {
		paths = append(paths, fmt.Sprintf("shop/m%02d.py", i))
	}
	for _, test := range []struct {
		limits Limits
		want   int
	}{{Limits{10, 250}, 3}, {Limits{100, 20}, 3}, {Limits{100, 250}, 1}, {Limits{1, 1}, 25}} {
		patches := Moves(result(paths...), "", test.limits)
		seen := map[string]bool{}
		for _, p := range patches {
			if len(p.Files) > 1 && !test.limits.Fit(p.Files) {
				t.Errorf("%v: %d files, %d lines", test.limits, len(p.Files), Lines(p.Files))
			}
			if seen[p.Subject] {
				t.Errorf("%v: two are called %s", test.limits, p.Subject)
			}
			seen[p.Subject] = true
		}
		if len(patches) != test.want {
			t.Errorf("%v: %d patches, want %d", test.limits, len(patches), test.want)
		}
	}
}

func TestMessagesHaveTheUsualWidths(t *testing.T) {
	for _, name := range []string{"shop", "shop.api.resources.version_two.carts_and_more.handlers", strings.Repeat("x", 80), "größe." + strings.Repeat("ä", 60)} {
		p := &Patch{
			Subject: subject("Move eventlet's imports in ", name, ""), Why: []string{strings.Repeat("word ", 60)}, Look: []string{strings.Repeat("wort ", 60)},
			Proved: []Proof{{port.Rules[0], 2}}, Tests: []string{"tests/test_a.py"},
		}
		lines := strings.Split(p.Message("", []string{"Change-Id: I1"}), "\n")
		for i, line := range lines {
			limit := bodyLength
			if i == 0 {
				limit = subjectLength
			}
			if n := utf8.RuneCountInString(line); n > limit {
				t.Errorf("line %d has %d characters: %s", i+1, n, line)
			}
		}
		if lines[1] != "" || lines[len(lines)-2] != "Change-Id: I1" || lines[len(lines)-3] != "" {
			t.Errorf("%s", strings.Join(lines, "\n"))
		}
		if long := numbered(lines[0], 12); utf8.RuneCountInString(long) > subjectLength || !strings.HasSuffix(long, " (12)") {
			t.Errorf("numbered: %s", long)
		}
	}
}
