package edit_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aiohub/internal/language/edit"
	"aiohub/internal/output/fault"
)

// tree is a directory with files a, b and c, and the changes of them.
func tree(t *testing.T) (root string, files []edit.File) {
	t.Helper()
	root = t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		path := filepath.Join(root, name)
		if err := os.WriteFile(path, []byte("old "+name), 0o640); err != nil {
			t.Fatal(err)
		}
		files = append(files, edit.File{Path: path, Shown: name, Before: []byte("old " + name), After: []byte("new " + name)})
	}
	return root, files
}

// content is the files of a directory, by name, as one text.
func content(t *testing.T, root string) string {
	t.Helper()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, entry := range entries {
		if entry.IsDir() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, entry.Name()+"="+string(text))
	}
	return strings.Join(parts, " ")
}

const unchanged = "a=old a b=old b c=old c"

func TestAllFilesAreWritten(t *testing.T) {
	root, files := tree(t)
	files = append(files, edit.File{Path: filepath.Join(root, "d"), Shown: "d", After: []byte("new d")})
	if err := edit.Write(context.Background(), files); err != nil {
		t.Fatal(err)
	}
	if got := content(t, root); got != "a=new a b=new b c=new c d=new d" {
		t.Error(got)
	}
	info, err := os.Stat(files[0].Path)
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Error(info.Mode(), err)
	}
}

func TestNothingIsWrittenIfOneFileCannotBe(t *testing.T) {
	for _, test := range []struct {
		name    string
		spoil   func(t *testing.T, root string, files []edit.File)
		message string
		left    string
	}{
		{"changed meanwhile", func(t *testing.T, root string, _ []edit.File) {
			write(t, filepath.Join(root, "c"), "other")
		}, "c: has changed since it was analysed", "a=old a b=old b c=other"},
		{"gone", func(t *testing.T, root string, _ []edit.File) {
			if err := os.Remove(filepath.Join(root, "c")); err != nil {
				t.Fatal(err)
			}
		}, "write c, nothing was changed: no such file", "a=old a b=old b"},
		{"read-only", func(t *testing.T, root string, _ []edit.File) {
			if err := os.Chmod(filepath.Join(root, "b"), 0o444); err != nil {
				t.Fatal(err)
			}
		}, "b: is read-only", unchanged},
		{"a link", func(t *testing.T, root string, _ []edit.File) {
			path := filepath.Join(root, "b")
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("a", path); err != nil {
				t.Fatal(err)
			}
		}, "b: is no regular file any more", "a=old a b=old a c=old c"},
		{"a new file is there", func(t *testing.T, root string, files []edit.File) {
			files[2].Before = nil
		}, "c: exists meanwhile", unchanged},
		{"the last directory is missing", func(t *testing.T, root string, files []edit.File) {
			files[2] = edit.File{Path: filepath.Join(root, "none", "d"), Shown: "none/d", After: []byte("x")}
		}, "write none/d, nothing was changed: no such file", unchanged},
	} {
		t.Run(test.name, func(t *testing.T) {
			root, files := tree(t)
			test.spoil(t, root, files)
			err := edit.Write(context.Background(), files)
			if err == nil || !strings.HasPrefix(err.Error(), test.message) {
				t.Errorf("error: %v", err)
			}
			if got := content(t, root); got != test.left {
				t.Errorf("left: %s", got)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// counted is a context that ends when it has been asked so many times.
type counted struct {
	context.Context
	left int
}

func (c *counted) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// An interrupt at any moment, also between the first file that has its new content and the last, leaves all of them as
// they were.
func TestInterruptsLeaveNothingHalfDone(t *testing.T) {
	for left := range 6 {
		root, files := tree(t)
		err := edit.Write(&counted{context.Background(), left}, files)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("after %d: %v", left, err)
		}
		if got := content(t, root); got != unchanged {
			t.Errorf("after %d: %s", left, got)
		}
	}
}

// A file that goes does so with the others, or stays with them: whatever stands in the way of one behind it.
func TestFilesAreDeletedWithTheOthersOrNot(t *testing.T) {
	root, files := tree(t)
	files[0].After = nil
	for left := range 6 {
		if err := edit.Write(&counted{context.Background(), left}, files); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d: %v", left, err)
		}
		if got := content(t, root); got != unchanged {
			t.Errorf("after %d: %s", left, got)
		}
	}
	if info, err := os.Stat(files[0].Path); err != nil || info.Mode().Perm() != 0o640 {
		t.Error(info, err)
	}
	files[1].After = []byte{} // empty is not gone
	if err := edit.Write(context.Background(), files); err != nil {
		t.Fatal(err)
	}
	if got := content(t, root); got != "b= c=new c" {
		t.Error(got)
	}
	write(t, files[0].Path, "other")
	if err := edit.Write(context.Background(), files[:1]); err == nil || !strings.Contains(err.Error(), "has changed since it was analysed") {
		t.Errorf("error: %v", err)
	}
	if got := content(t, root); got != "a=other b= c=new c" {
		t.Error(got)
	}
}

// A disk that has no room for the new contents has none for a copy of the old ones either.
func TestAFullDiskLeavesNothingHalfDone(t *testing.T) {
	if _, err := os.Stat("/dev/shm"); err != nil || os.Geteuid() != 0 {
		t.Skip("mounting a small disk needs to be root")
	}
	root := t.TempDir()
	if output, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", root).CombinedOutput(); err != nil {
		t.Skipf("mount: %s", output)
	}
	defer exec.Command("umount", root).Run()
	var files []edit.File
	for _, name := range []string{"a", "b", "c"} {
		write(t, filepath.Join(root, name), "old "+name)
		files = append(files, edit.File{Path: filepath.Join(root, name), Shown: name, Before: []byte("old " + name), After: make([]byte, 30<<10)})
	}
	if err := edit.Write(context.Background(), files); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Error(err)
	}
	if got := content(t, root); got != unchanged {
		t.Error(got)
	}
}

func git(t *testing.T, root string, args ...string) {
	t.Helper()
	command := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"}, args...)...)
	command.Dir = root
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	if output, err := command.CombinedOutput(); err != nil {
		t.Skipf("git %v: %v %s", args, err, output)
	}
}

func TestARepositoryHasToBeClean(t *testing.T) {
	ctx := context.Background()
	root, _ := tree(t)
	if err := edit.Clean(ctx, root); err != nil {
		t.Fatal("not a repository:", err)
	}
	git(t, root, "init", "-q")
	git(t, root, "add", "a", "b")
	git(t, root, "commit", "-qm", "first")
	if err := edit.Clean(ctx, root); err != nil {
		t.Error("c is not tracked, and no reason to refuse:", err)
	}
	// What the repository's configuration names must not run.
	git(t, root, "config", "core.fsmonitor", "touch "+filepath.Join(root, "monitor")+"; false")
	write(t, filepath.Join(root, "a"), "mine")
	err := edit.Clean(ctx, root)
	var dirty *fault.Problem
	if !errors.As(err, &dirty) || dirty.Message != "changes that are not committed: a" || !strings.Contains(dirty.Hint, "--allow-dirty") {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(root, "monitor")); err == nil {
		t.Error("the monitor ran")
	}
	git(t, root, "add", "a")
	if edit.Clean(ctx, root) == nil {
		t.Error("a change in the index is none")
	}
}

func TestUnmerged(t *testing.T) {
	for text, want := range map[string]bool{
		"a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n": true,
		"a\n=======\nTitle\n=======\n":                     false,
		">>>>>>> quoted\n":                                 false,
		"x = '<<<<<<< '\n":                                 false,
	} {
		if got := edit.Unmerged([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
