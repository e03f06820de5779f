package pysyntax

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A backslash or a bracket in a character of several bytes is none.
func TestWideEncodings(t *testing.T) {
	for _, test := range []struct{ name, char string }{{"shift_jis", "\x95\x5c"}, {"gbk", "\x81\x5b"}, {"gb18030", "\x81\x39\xee\x39"}, {"cp949", "\x81\x41"}} {
		cookie := "# coding: " + test.name + "\n"
		wide := Parse([]byte(cookie + "x = '" + test.char + "'\n" + test.char + " = f(x) # " + test.char + "\n"))
		plain := Parse([]byte(cookie + "x = '" + strings.Repeat("a", len(test.char)) + "'\n" + strings.Repeat("a", len(test.char)) + " = f(x)\n"))
		if len(wide.Errors) > 0 {
			t.Errorf("%s: %v", test.name, wide.Errors)
		}
		if diff := cmp.Diff(shape(plain), shape(wide)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

// shape is the kinds and ranges of a tree's nodes.
func shape(t *Tree) string {
	var b strings.Builder
	t.Walk(t.Root(), func(n Node) bool {
		if n != t.Root() {
			fmt.Fprintf(&b, "%v %d-%d\n", t.Kind(n), t.Start(n), t.End(n))
		}
		return true
	}, nil)
	return b.String()
}
