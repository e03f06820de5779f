package edit

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"aiohub/internal/output/fault"
)

// Unmerged reports whether a file holds the marks that git leaves where it could not merge.
func Unmerged(src []byte) bool {
	begun := false
	for line := range bytes.Lines(src) {
		switch {
		case bytes.HasPrefix(line, []byte("<<<<<<< ")):
			begun = true
		case begun && bytes.HasPrefix(line, []byte(">>>>>>> ")):
			return true
		}
	}
	return false
}

// Clean finds fault with a git repository around root that has changes which are not committed, such that what is about
// to be written could no longer be told from them. Outside of a repository there is nothing to find.
func Clean(ctx context.Context, root string) error {
	if !inRepository(root) {
		return nil
	}
	// Nothing that the tree or its configuration names may run: no monitor, no hooks.
	command := exec.CommandContext(ctx, "git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c",
		"core.hooksPath=/dev/null",
		"status", "--porcelain=v1", "-z", "--untracked-files=no", "--ignore-submodules=all", "--", ".")
	command.Dir = root
	command.Env = append(os.Environ(), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0")
	output, err := command.Output()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		message := "git cannot tell whether the tree is clean"
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			line, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
			message += ": " + line
		}
		return fault.At(root, 0, message, "--allow-dirty writes without asking git")
	}
	var dirty []string
	for entry := range bytes.SplitSeq(output, []byte{0}) {
		if len(entry) > 3 && entry[2] == ' ' {
			dirty = append(dirty, string(entry[3:]))
		}
	}
	if len(dirty) == 0 {
		return nil
	}
	shown := dirty
	if len(shown) > 3 {
		shown = shown[:3]
	}
	message := "changes that are not committed: " + strings.Join(shown, ", ")
	if len(dirty) > len(shown) {
		message += " and others"
	}
	return fault.New(message, "commit or stash them, so that what is written can be told apart, or give --allow-dirty")
}

func inRepository(root string) bool {
	for directory := root; ; directory = filepath.Dir(directory) {
		if _, err := os.Lstat(filepath.Join(directory, ".git")); err == nil {
			return true
		}
		if directory == filepath.Dir(directory) {
			return false
		}
	}
}
