package pymodule

import "strings"

// IsTest reports whether a path is of test code.
func IsTest(path string) bool {
	if strings.Contains(path, "tests/") {
		path = noTests.Replace(path)
	}
	for {
		name, below, isDir := strings.Cut(path, "/")
		switch {
		case !isDir:
			return isTestFile(name)
		case isTestDir(name):
			return true
		}
		path = below
	}
}

// noTests hides directories that only end like those of tests.
var noTests = strings.NewReplacer("contests/", "/", "protests/", "/", "latests/", "/")

// isTestDir reads names without a regular expression: all paths of a tree are asked about several times.
func isTestDir(name string) bool {
	switch name {
	case "t", "test", "tests", "testing", "test-utils", "test_utils":
		return true
	}
	before, several := strings.CutSuffix(name, "tests")
	if !several {
		before = strings.TrimSuffix(name, "test")
	}
	if before == "" || before == name {
		return false
	}
	start, last := before[:len(before)-1], before[len(before)-1]
	switch {
	case last == '-' || last == '_', several && ('a' <= last && last <= 'z' || '0' <= last && last <= '9'):
		return isWord(start)
	}
	return false
}

func isTestFile(name string) bool {
	name, python := strings.CutSuffix(name, ".py")
	return python && (name == "conftest" || strings.HasPrefix(name, "test_") || strings.HasSuffix(name, "_test") ||
		strings.HasPrefix(name, "fake_"))
}

// isWord tells whether there are only ASCII letters, digits and underscores.
func isWord(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}
