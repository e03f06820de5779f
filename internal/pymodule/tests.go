package pymodule

import "regexp"

var testPath = regexp.MustCompile(`(^|/)(t|tests?|testing|\w*_tests?|test_utils)/|(^|/)(test_[^/]*|[^/]*_test|conftest|fake_[^/]*)\.py$`)

// IsTest reports whether a path is of test code.
func IsTest(path string) bool { return testPath.MatchString(path) }
