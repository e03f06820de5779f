package pyversion

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOldest(t *testing.T) {
	for _, test := range []struct{ file, text, want string }{
		{"pyproject.toml", "[project]\nrequires-python = \">=3.8\"\n", "3.8"},
		{"pyproject.toml", "[project]\nrequires-python = '>=3.8, !=3.9.1, <4'\n", "3.8"},
		{"pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3.11\"\n", "3.11"},
		{"pyproject.toml", "[project]\nname = \"x\"\n", ""},
		{"setup.cfg", "[options]\npython_requires = >=3.7\n", "3.7"},
		{"setup.cfg", "[metadata]\npython-requires = >=3.10\n", "3.10"},
		{"setup.py", "setup(python_requires='>=3.9')\n", "3.9"},
		{"setup.py", "setup(python_requires='<4')\n", ""},
	} {
		root := t.TempDir()
		if err := os.WriteFile(filepath.Join(root, test.file), []byte(test.text), 0o666); err != nil {
			t.Fatal(err)
		}
		if got := Oldest(root); got != test.want {
			t.Errorf("%s %q: got %q, want %q", test.file, test.text, got, test.want)
		}
	}
	if got := Oldest(t.TempDir()); got != "" {
		t.Errorf("an empty directory: %q", got)
	}
}

func TestLess(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{{"3.9", "3.10", true}, {"3.10", "3.9", false}, {"3", "3.10", true}, {"3.10", "3.10", false}, {"2.7", "3", true}} {
		if got := Less(test.a, test.b); got != test.want {
			t.Errorf("%s < %s: %v", test.a, test.b, got)
		}
	}
}
