// Package gitrepo asks git about the past of a tree: what a file was, and what the whole tree was at a revision.
//
// git runs with what a repository could make it execute switched off, and only where the user has asked for the past.
package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"aiohub/internal/output/fault"
)

// ErrNone says that a tree is in no git repository.
var ErrNone = errors.New("not in a git repository")

// command runs git in root. Nothing that a repository's own configuration names is executed.
func command(ctx context.Context, root string, args ...string) *exec.Cmd {
	fixed := []string{"-C", root, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull, "-c",
		"log.showSignature=false", "-c", "core.pager=cat"}
	git := exec.CommandContext(ctx, "git", append(fixed, args...)...)
	// An empty list of protocols, and older versions of git know no other way: nothing is fetched that is not there.
	git.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1",
		"GIT_ALLOW_PROTOCOL=none", "LC_ALL=C")
	return git
}

// output runs git and returns what it prints.
func output(ctx context.Context, root string, args ...string) ([]byte, error) {
	return printed(ctx, command(ctx, root, args...))
}

// printed runs a command of git and returns what it prints.
func printed(ctx context.Context, git *exec.Cmd) ([]byte, error) {
	var complaint bytes.Buffer
	git.Stderr = &complaint
	out, err := git.Output()
	if err != nil {
		return nil, explain(ctx, err, complaint.String())
	}
	return out, nil
}

// explain makes an error of what git says. Ctrl-C reaches git as well, and may have ended it before this program has
// heard of it.
func explain(ctx context.Context, err error, complaint string) error {
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit) && interrupted(exit.ProcessState):
		return context.Canceled
	}
	if !errors.As(err, &exit) {
		return fault.New("git cannot be run: "+err.Error(), "install git, or leave out what asks for the past")
	}
	first, _, _ := strings.Cut(strings.TrimSpace(complaint), "\n")
	if strings.Contains(first, "not a git repository") {
		return ErrNone
	}
	return fmt.Errorf("git: %s", strings.TrimPrefix(first, "fatal: "))
}

// Version is a file as a commit left it.
type Version struct {
	Commit  string // abbreviated
	Date    string // of the commit, YYYY-MM-DD
	Content []byte // nil if the commit deleted it
}

// mostVersions bounds how far back a history goes, for repositories with a change of the file in every commit.
const mostVersions = 500

// Versions gives the versions of a file below root, oldest first, under its earlier names as well. A file that git does
// not know has none.
func Versions(ctx context.Context, root, file string) ([]Version, error) {
	repository, err := openObjects(ctx, root)
	if err != nil {
		return nil, err
	}
	defer repository.close()
	if repository.head == "" {
		return nil, nil
	}
	file = repository.prefix + file
	out, err := repository.output(ctx, "-c", "core.quotePath=false", "--literal-pathspecs", "log", "--first-parent",
		"--follow", "--name-status", fmt.Sprintf("--max-count=%d", mostVersions), "--format="+commitLine+"%h %cs",
		repository.head, "--", file)
	if err != nil {
		return nil, err
	}
	var versions []Version
	for commit := range strings.SplitSeq(string(out), commitLine) {
		line, change, _ := strings.Cut(commit, "\n")
		id, date, ok := strings.Cut(line, " ")
		if !ok {
			continue
		}
		// Merges of older versions of git come without a name, and unusual ones in quotes: then it is that of the next commit.
		fields := strings.Split(strings.TrimSpace(change), "\t")
		if name := fields[len(fields)-1]; name != "" && !strings.Contains(name, `"`) {
			file = name
		}
		content, err := repository.output(ctx, "cat-file", "blob", id+":"+file)
		switch {
		case errors.Is(err, context.Canceled):
			return nil, err
		case err != nil:
			content = nil
		}
		versions = append(versions, Version{id, date, content})
		if strings.HasPrefix(fields[0], "C") {
			break // what it was copied from is the past of another file
		}
	}
	slices.Reverse(versions)
	return versions, nil
}

// commitLine starts a commit in what git log prints.
const commitLine = "\x01"
