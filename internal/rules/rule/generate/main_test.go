package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestListIsCurrent(t *testing.T) {
	want, err := List("..")
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../all/all.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, have) {
		t.Error("internal/rules/rule/all/all.go is not current; `make rule` writes it")
	}
}

func TestNewRule(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "all"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ code, name, want string }{
		{"AH123", "what-it-finds", ""},
		{"AH124", "another", ""},
		{"AH123", "again", "is there already"},
		{"AH12", "short", "a code like AH123"},
		{"AH125", "Not A Name", "a name like"},
		{"AH125", "", "a name like"},
	} {
		err := run(root, test.code, test.name)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s %s: %v, want %q", test.code, test.name, err, test.want)
		}
	}
	list, err := os.ReadFile(filepath.Join(root, "all", "all.go"))
	if err != nil || !strings.Contains(string(list), "ah123.Rule,\n\t\tah124.Rule,") {
		t.Errorf("%v\n%s", err, list)
	}
	source, err := os.ReadFile(filepath.Join(root, "ah123", "rule.go"))
	if err != nil || !strings.Contains(string(source), `Code:  "AH123",`) {
		t.Errorf("%v\n%s", err, source)
	}
	for _, file := range []string{"testdata/a.py", "doc.md"} {
		if _, err := os.Stat(filepath.Join(root, "ah123", file)); err != nil {
			t.Error(err)
		}
	}
}
