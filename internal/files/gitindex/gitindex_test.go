package gitindex

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// index makes an index of version 3; files with a - in front are left out of the checkout.
func index(files ...string) string {
	content := "DIRC\x00\x00\x00\x03\x00\x00\x00" + string(rune(len(files)))
	for _, file := range files {
		name, leftOut := strings.CutPrefix(file, "-")
		flags := "\x40\x00" + map[bool]string{true: "\x40\x00", false: "\x00\x00"}[leftOut]
		entry := strings.Repeat("\x00", 60) + flags + name
		content += entry + strings.Repeat("\x00", 8-len(entry)%8)
	}
	return content + strings.Repeat("\x00", 20)
}

func TestLeftOut(t *testing.T) {
	top := t.TempDir()
	put := func(name, content string) {
		t.Helper()
		path := filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	python := func(path string, isDir bool) bool { return isDir || strings.HasSuffix(path, ".py") }
	look := func(root, want string) {
		t.Helper()
		if got := strings.Join(LeftOut(filepath.Join(top, root), python), " "); got != want {
			t.Errorf("below %q: %q, want %q", root, got, want)
		}
	}
	put("a/here.py", "")
	put("a/b/kept.py", "")
	look(".", "") // no repository
	whole := index("-a/b/c/1.py", "-a/b/c/2.py", "-a/b/kept.py", "-a/b/x.txt", "-a/gone.py", "a/here.py", "-d/", "-e/f.txt", "-../up.py", "-/x.py")
	put(".git/index", whole)
	look(".", "a/b/c a/gone.py d")
	look("a", "b/c gone.py")
	look("a/b", "c")

	// What is not understood leaves nothing out.
	for end := range len(whole) - 28 { // the hash, and padding
		put(".git/index", whole[:end])
		look(".", "")
	}
	put(".git/index", strings.Replace(whole, "\x00\x00\x00\x03", "\x00\x00\x00\x09", 1))
	look(".", "")
	put(".git/index", whole[:len(whole)-20]+"link\x00\x00\x00\x02xx")
	look(".", "")
	put(".git/index", index("-a/"+strings.Repeat("b/", 100)+"c.py"))
	if got := LeftOut(top, python); !slices.Equal(got, []string{"a/b/b"}) {
		t.Error(got)
	}
}
