//go:build unix

package gitrepo

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// asks is everything that is asked about a repository.
var asks = map[string]func(ctx context.Context, root string) error{
	"Versions": func(ctx context.Context, root string) error {
		_, err := Versions(ctx, root, "sub/a.txt")
		return err
	},
	"Unpack": func(ctx context.Context, root string) error {
		dir, err := Unpack(ctx, root, "HEAD")
		os.RemoveAll(dir)
		return err
	},
	"NewReplica": func(ctx context.Context, root string) error {
		r, err := NewReplica(ctx, root)
		if err == nil {
			r.Close()
		}
		return err
	},
	"Committer": func(ctx context.Context, root string) error {
		_, err := Committer(ctx, root)
		return err
	},
}

// Who interrupts a run has not taken git away, and no commit.
func TestInterruptedBeforeGitRuns(t *testing.T) {
	root := committed(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, ask := range asks {
		if err := ask(ctx, root); err != context.Canceled {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Ctrl-C ends git too, and this program may hear of that first: whichever command of git it was.
func TestInterruptedWhileGitRuns(t *testing.T) {
	root := committed(t)
	real, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	script := "#!/bin/sh\nfor arg; do [ \"$arg\" = \"$DIES\" ] && kill -INT $$; done\nexec '" + real + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(bin, "git"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	for _, each := range [][2]string{
		{"Versions", "rev-parse"}, {"Versions", "HEAD^{commit}"}, {"Versions", "init"}, {"Versions", "log"}, {"Versions", "cat-file"},
		{"Unpack", "rev-parse"}, {"Unpack", "archive"},
		{"NewReplica", "rev-parse"}, {"NewReplica", "var"}, {"NewReplica", "show"}, {"NewReplica", "read-tree"}, {"Committer", "var"},
	} {
		t.Setenv("DIES", each[1])
		if err := asks[each[0]](t.Context(), root); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, interrupted in git %s: %v", each[0], each[1], err)
		}
	}
	t.Setenv("DIES", "nothing")
	for name, ask := range asks {
		if err := ask(t.Context(), root); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// committed is a repository with a commit and a user.
func committed(t *testing.T) string {
	t.Helper()
	root, git := repository(t)
	git("config", "user.name", "N")
	git("config", "user.email", "n@example.com")
	return root
}
