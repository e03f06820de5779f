package pymodule

import (
	"regexp"
	"strings"
)

var testPath = regexp.MustCompile(
	`(^|/)(t|tests?|testing|\w*[-_]tests?|\w*[a-z0-9]tests|test[-_]utils)/|(^|/)(test_[^/]*|[^/]*_test|conftest|fake_[^/]*)\.py$`)

// IsTest reports whether a path is of test code.
func IsTest(path string) bool { return testPath.MatchString(noTests.Replace(path)) }

// noTests hides directories that only end like those of tests.
var noTests = strings.NewReplacer("contests/", "/", "protests/", "/", "latests/", "/")
