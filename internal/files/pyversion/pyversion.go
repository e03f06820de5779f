// Package pyversion finds out which Pythons a project says it runs on.
package pyversion

import (
	"regexp"
	"strconv"
	"strings"

	"aiohub/internal/files/fence"
)

// places are the files that can say it, and how: the first that does counts.
var places = []struct {
	file    string
	pattern *regexp.Regexp
}{
	{"pyproject.toml", regexp.MustCompile(`(?m)^\s*requires-python\s*=\s*["']([^"']+)["']`)},
	{"setup.cfg", regexp.MustCompile(`(?m)^\s*python[_-]requires\s*=\s*(.+)$`)},
	{"setup.py", regexp.MustCompile(`\bpython_requires\s*=\s*["']([^"']+)["']`)},
	{"pyproject.toml", regexp.MustCompile(`(?m)^\s*python\s*=\s*["']([^"']+)["']`)}, // poetry
}

// lower is a condition that keeps old Pythons out.
var lower = regexp.MustCompile(`(?:>=?|~=|==|\^|~)\s*(\d+(?:\.\d+)?)`)

// Oldest gives the oldest Python that the project in a directory lets in, as in "3.8"; "" if it does not say.
func Oldest(root string) string {
	for _, place := range places {
		file, err := fence.Within(root, place.file)
		if err != nil {
			continue
		}
		content, err := file.Read()
		if err != nil {
			continue
		}
		said := place.pattern.FindSubmatch(content)
		if said == nil {
			continue
		}
		oldest := ""
		for _, m := range lower.FindAllStringSubmatch(string(said[1]), -1) {
			if oldest == "" || Less(oldest, m[1]) {
				oldest = m[1]
			}
		}
		return oldest
	}
	return ""
}

// Less tells whether a version comes before another.
func Less(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(x), len(y)) {
		if m, n := part(x, i), part(y, i); m != n {
			return m < n
		}
	}
	return false
}

func part(version []string, i int) int {
	if i >= len(version) {
		return 0
	}
	n, _ := strconv.Atoi(version[i])
	return n
}
