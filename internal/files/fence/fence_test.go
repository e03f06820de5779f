package fence

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// hostile is a tree with links and a file outside of it.
func hostile(t *testing.T) (root, outside string) {
	t.Helper()
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root, outside = filepath.Join(base, "tree"), filepath.Join(base, "outside")
	for _, dir := range []string{filepath.Join(root, "sub"), filepath.Join(root, ".git"), outside} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for path, content := range map[string]string{
		filepath.Join(root, "sub", "own"): "own", filepath.Join(outside, "secret"): "secret", filepath.Join(root, ".git", "config"): "git's",
	} {
		if err := os.WriteFile(path, []byte(content), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		"file": filepath.Join(outside, "secret"), "dir": outside, "up": "..", "new": filepath.Join(outside, "new"), "own": "sub/own", "repo": ".git",
	} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	return root, outside
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestNothingOutsideIsReadOrWritten(t *testing.T) {
	root, outside := hostile(t)
	for _, open := range []func(root, path string) (File, error){Within, Named} {
		for _, path := range []string{
			"file", "dir/secret", "dir/new", "up/outside/secret", "new", "own", "repo/config", "repo/new", ".git/config", ".git/new", ".GIT/config", "sub", "sub/own/x", "no/dir",
		} {
			file, err := open(root, path)
			if err == nil {
				_, err = file.Read()
			}
			if err == nil {
				t.Errorf("%s was read", path)
			}
			if file, err := open(root, path); err == nil && file.Replace([]byte("x"), 0o644) == nil {
				t.Errorf("%s was written", path)
			}
			if file, err := open(root, path); err == nil && path != "sub" {
				if _, made, err := file.Folder(); err == nil {
					t.Errorf("%s is a folder, made %v", path, made)
				}
			}
		}
	}
	for _, path := range []string{"../outside/secret", "..", "/etc/passwd", "sub/../../outside/secret", filepath.Join(outside, "secret")} {
		if _, err := Within(root, path); !errors.Is(err, ErrOutside) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := Within(root, ""); !errors.Is(err, ErrNothing) {
		t.Errorf("an empty path: %v", err)
	}
	for _, path := range []string{".git/config", ".GIT/new", "sub/.Git", ".hg/hgrc"} {
		if _, err := Within(root, path); !errors.Is(err, ErrInternal) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if content(t, filepath.Join(outside, "secret")) != "secret" || content(t, filepath.Join(root, "sub", "own")) != "own" || content(t, filepath.Join(root, ".git", "config")) != "git's" {
		t.Error("a file was changed")
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) != 1 {
		t.Errorf("%v %v", entries, err)
	}
}

func TestFilesOfTheTree(t *testing.T) {
	root, _ := hostile(t)
	file, err := Within(root, "sub/own")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := file.Read(); err != nil || string(got) != "own" {
		t.Errorf("%q %v", got, err)
	}
	if err := file.Replace([]byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(root, "sub", "own"))
	if err != nil || info.Mode().Perm() != 0o640 || content(t, filepath.Join(root, "sub", "own")) != "new" {
		t.Errorf("%v %v", info, err)
	}
	missing, err := Within(root, "sub/missing")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := missing.Read(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	folder, made, err := missing.Folder()
	if err != nil || !made {
		t.Errorf("%v %v", made, err)
	}
	folder.Close()
}

func TestTheUserNamesFilesOutside(t *testing.T) {
	root, outside := hostile(t)
	if err := os.Symlink("secret", filepath.Join(outside, "link")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(outside, "secret"), "../outside/secret", filepath.Join(outside, "link")} {
		file, err := Named(root, path)
		if err != nil {
			t.Fatal(err)
		}
		if err := file.Replace([]byte(path), 0o600); err != nil {
			t.Error(err)
		}
		if got := content(t, filepath.Join(outside, "secret")); got != path {
			t.Errorf("%q, want %q", got, path)
		}
	}
	if info, err := os.Lstat(filepath.Join(outside, "link")); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the user's link is gone: %v %v", info, err)
	}
	if _, err := Named(root, filepath.Join(outside, "no", "file")); err == nil {
		t.Error("a directory that is not there")
	}
	// The tree reached by another way is the tree.
	if err := os.Symlink(root, filepath.Join(outside, "way")); err != nil {
		t.Fatal(err)
	}
	if file, err := Named(root, filepath.Join(outside, "way", "file")); err == nil {
		if _, err := file.Read(); err == nil {
			t.Error("a link of the tree was followed")
		}
	}
}

func TestCrosses(t *testing.T) {
	root, outside := hostile(t)
	if err := os.Symlink(root, filepath.Join(outside, "way")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		root: true, root + "/sub/x": true, root + "/dir/x": true, outside + "/way/new": true, outside + "/way/dir/secret": true,
		outside: false, outside + "/new/x": false, filepath.Dir(root): false, root + "2": false,
	} {
		if got := Crosses(root, path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
