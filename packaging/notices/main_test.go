package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

// sections are the texts of the file by their titles.
func sections(t *testing.T) map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, part := range strings.Split(string(content), "\n"+strings.Repeat("=", 100)+"\n")[1:] {
		title, text, _ := strings.Cut(part, "\n")
		found[title] = strings.TrimSpace(text)
	}
	return found
}

func TestEachModuleOfGoModHasItsLicence(t *testing.T) {
	text, err := output(root, "go", "mod", "edit", "-json")
	if err != nil {
		t.Fatal(err)
	}
	var mod struct{ Require []module }
	if err := json.Unmarshal(text, &mod); err != nil || len(mod.Require) == 0 {
		t.Fatalf("%v\n%s", err, text)
	}
	found := sections(t)
	for _, m := range mod.Require {
		licence, ok := found[m.Path+" "+m.Version]
		if !ok {
			t.Errorf("%s %s is not in %s; `go run ./packaging/notices` writes it", m.Path, m.Version, file)
		} else if !strings.Contains(strings.ToLower(licence), "copyright") {
			t.Errorf("%s: this is no licence: %q", m.Path, licence)
		}
	}
}

func TestWhatIsLinkedWithoutAModuleHasItsLicence(t *testing.T) {
	found := sections(t)
	for _, want := range []struct{ title, text string }{
		{"The Go programming language", "The Go Authors"},
		{"musl,", "Rich Felker"},
		{"zig,", "Zig contributors"},
	} {
		ok := false
		for title, text := range found {
			ok = ok || strings.HasPrefix(title, want.title) && strings.Contains(text, want.text)
		}
		if !ok {
			t.Errorf("%q is not in %s", want.title, file)
		}
	}
}

func TestModulesOfTheProgramsComeFirst(t *testing.T) {
	inside, err := compiledIn(root)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	first, rest, ok := strings.Cut(string(content), "\nThe rest is used to test aiohub")
	if !ok {
		t.Fatal("no place where the tests' modules begin")
	}
	for _, path := range inside {
		if !strings.Contains(first, "\n"+path+" v") || strings.Contains(rest, "\n"+path+" v") {
			t.Errorf("%s is compiled in, and stands among what is not", path)
		}
	}
}

func TestAModuleWithoutLicenceIsAnError(t *testing.T) {
	dir := t.TempDir()
	if _, err := licences(dir); err == nil || !strings.Contains(err.Error(), "no licence there") {
		t.Errorf("%v", err)
	}
	for name, text := range map[string]string{"LICENSE-MIT": "one", "notice.txt": "two", "licenses.go": "no", "README": "no"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := licences(dir)
	if err != nil || !strings.HasPrefix(text, "one") || !strings.HasSuffix(text, "two") || strings.Contains(text, "no") {
		t.Errorf("%v: %q", err, text)
	}
}
