package pymodule

import (
	"regexp"
	"testing"
)

// testPath is the rule that IsTest follows, in one line.
var testPath = regexp.MustCompile(
	`(^|/)(t|tests?|testing|\w*[-_]tests?|\w*[a-z0-9]tests|test[-_]utils)/|` +
		`(^|/)(test_[^/]*|[^/]*_test|conftest|fake_[^/]*)\.py$`)

func TestIsTestFollowsItsRule(t *testing.T) {
	parts := []string{
		"", "t", "T", "test", "tests", "testing", "a", "9", "-", "_", "é", "con", "pro", "la", "utils", "fake",
		"conftest", ".py",
	}
	var names []string
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				names = append(names, a+b+c)
			}
		}
	}
	ofTests := 0
	for _, name := range names {
		for _, path := range []string{name, "x/" + name, name + "/x.py", "x/" + name + "/y.py", name + ".py"} {
			want := testPath.MatchString(noTests.Replace(path))
			if got := IsTest(path); got != want {
				t.Fatalf("IsTest(%q) = %v", path, got)
			}
			if want {
				ofTests++
			}
		}
	}
	if all := 5 * len(names); ofTests < all/100 || ofTests > all/2 {
		t.Errorf("%d of %d paths are of tests: the sample says nothing", ofTests, all)
	}
}
