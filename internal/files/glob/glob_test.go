package glob

import "testing"

func TestPatternsMeanWhatGitSaysTheyMean(t *testing.T) {
	for _, test := range []struct {
		pattern, path string
		dir, want     bool
	}{
		{"*.pyc", "a/b/c.pyc", false, true},
		{"*.pyc", "a/b/c.py", false, false},
		{"build", "a/build", true, true},
		{"build/", "a/build", true, true},
		{"build/", "a/build", false, false},
		{"/build", "build", true, true},
		{"/build", "a/build", true, false},
		{"doc/*.txt", "doc/a.txt", false, true},
		{"doc/*.txt", "doc/b/a.txt", false, false},
		{"doc/*.txt", "x/doc/a.txt", false, false},
		{"**/foo/bar", "foo/bar", false, true},
		{"**/foo/bar", "x/y/foo/bar", false, true},
		{"foo/**", "foo/a/b", false, true},
		{"foo/**", "foo", true, false},
		{"a/**/b", "a/b", false, true},
		{"a/**/b", "a/x/y/b", false, true},
		{"a/**/b", "a/x/y/c", false, false},
		{"a?c", "abc", false, true},
		{"a?c", "ac", false, false},
		{"[a-c]x", "bx", false, true},
		{"[!a-c]x", "bx", false, false},
		{"[^a-c]x", "dx", false, true},
		{"[]]x", "]x", false, true},
		{`\#x`, "#x", false, true},
		{`\!x`, "!x", false, true},
		{`x\ `, "x ", false, true},
		{"x  ", "x", false, true},
		{"*a*b*c", "xxaybzzc", false, true},
		{"*a*b*c", "xxaybzz", false, false},
		{"*", "anything", false, true},
	} {
		p, ok, err := Parse(test.pattern)
		if err != nil || !ok {
			t.Fatalf("Parse(%q) = %v, %v", test.pattern, ok, err)
		}
		if got := p.Match(test.path, test.dir); got != test.want {
			t.Errorf("%q on %q (directory %v): %v, want %v", test.pattern, test.path, test.dir, got, test.want)
		}
	}
}

func TestLinesThatAreNoPatterns(t *testing.T) {
	for _, line := range []string{"", "# comment", "   ", "/", "\r"} {
		if _, ok, err := Parse(line); ok || err != nil {
			t.Errorf("Parse(%q) = %v, %v; want no pattern", line, ok, err)
		}
	}
	for _, line := range []string{"[a", `a\`} {
		if _, _, err := Parse(line); err == nil {
			t.Errorf("Parse(%q) found no fault", line)
		}
	}
}

func TestLastMatchDecides(t *testing.T) {
	list := ParseFile("*.py\n!keep.py\n[broken\n")
	for path, want := range map[string]Verdict{"a.py": Ignored, "x/keep.py": Included, "a.txt": Unknown} {
		if got := list.Match(path, false); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}

func TestCoversLooksAtDirectoriesAbove(t *testing.T) {
	list, err := ParseList([]string{"tests/", "gen/*.py"})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		"tests/a.py": true, "pkg/tests/deep/a.py": true, "tests.py": false, "gen/a.py": true, "pkg/gen/a.py": false,
	} {
		if got := list.Covers(path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}
