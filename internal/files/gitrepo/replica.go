package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"aiohub/internal/output/fault"
)

// Replica is the tree of a commit in a folder of its own, on which commits are made that leave no trace in the
// repository: its objects are read there, and new ones are written beside the folder. Nothing that a configuration
// names runs, neither the repository's nor the user's, so that what comes out depends on the commit and the user's name
// alone.
type Replica struct {
	Root string // what root is in the repository
	Head string // the commit it began with

	temp   string   // all of it is below
	tree   string   // the top of the tree
	states []string // trees in git: that of Head, and one for each Add
	env    []string
}

// identity is who makes the commits, and when.
type identity struct{ name, email, date string }

// NewReplica copies the tree that is checked out around root. The caller closes it.
func NewReplica(ctx context.Context, root string) (*Replica, error) {
	head, err := output(ctx, root, "rev-parse", "--verify", "-q", "HEAD^{commit}")
	switch {
	case errors.Is(err, context.Canceled):
		return nil, err
	case errors.Is(err, ErrNone):
		return nil, fault.At(root, 0, "not in a git repository", "patches need a commit to stand on: `git init`, add, commit")
	case err != nil:
		return nil, fault.At(root, 0, "the repository has no commit",
			"commit what is there first: patches need a commit to stand on")
	}
	r := &Replica{Head: strings.TrimSpace(string(head))}
	r.states = []string{r.Head}
	who, err := identify(ctx, root, r.Head)
	if err != nil {
		return nil, err
	}
	if r.temp, err = os.MkdirTemp("", "aiohub-series-"); err != nil {
		return nil, err
	}
	if err = r.copy(ctx, root, who); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// identify gives the author that git would take, and the time of a commit: that of a run would make other patches each
// time.
func identify(ctx context.Context, root, commit string) (*identity, error) {
	ident, err := output(ctx, root, "-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT")
	switch {
	case errors.Is(err, context.Canceled):
		return nil, err
	case err != nil:
		return nil, fault.New(
			"git does not know who makes the patches: "+err.Error(),
			"git config user.name ..., git config user.email ...",
		)
	}
	name, rest, _ := strings.Cut(string(ident), " <")
	email, _, _ := strings.Cut(rest, ">")
	date, err := output(ctx, root, "show", "-s", "--no-show-signature", "--format=%cd", "--date=raw", commit)
	if err != nil {
		return nil, err
	}
	return &identity{name, email, "@" + strings.TrimSpace(string(date))}, nil
}

// copy makes the folder.
func (r *Replica) copy(ctx context.Context, root string, who *identity) error {
	asked := func(args ...string) (string, error) {
		out, err := output(ctx, root, append([]string{"rev-parse"}, args...)...)
		return strings.TrimRight(string(out), "\r\n"), err
	}
	prefix, err := asked("--show-prefix")
	if err != nil {
		return err
	}
	format, err := asked("--show-object-format")
	if err != nil {
		return err
	}
	objects, err := asked("--git-path", "objects")
	if err != nil {
		return err
	}
	shallow, err := asked("--git-path", "shallow")
	if err != nil {
		return err
	}
	r.tree = filepath.Join(r.temp, "tree")
	r.Root = filepath.Join(r.tree, filepath.FromSlash(prefix))
	git := filepath.Join(r.temp, "git")
	if err := os.Mkdir(r.tree, 0o700); err != nil {
		return err
	}
	r.env = append(withoutGit(os.Environ()), "GIT_DIR="+git, "GIT_WORK_TREE="+r.tree, "GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_CONFIG_NOSYSTEM=1", "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
		"GIT_AUTHOR_NAME="+who.name, "GIT_AUTHOR_EMAIL="+who.email, "GIT_AUTHOR_DATE="+who.date,
		"GIT_COMMITTER_NAME="+who.name, "GIT_COMMITTER_EMAIL="+who.email, "GIT_COMMITTER_DATE="+who.date)
	if _, err := r.git(ctx, nil, "init", "--quiet", "--template=", "--object-format="+format); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(git, "objects", "info"), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(git, "objects", "info", "alternates"), []byte(absolute(root, objects)+"\n"),
		0o600); err != nil {
		return err
	}
	if list, err := os.ReadFile(absolute(root, shallow)); err == nil {
		if err := os.WriteFile(filepath.Join(git, "shallow"), list, 0o600); err != nil {
			return err
		}
	}
	return r.checkOut(ctx)
}

func absolute(root, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(root, path)
}

// withoutGit leaves out what would lead git elsewhere.
func withoutGit(environment []string) []string {
	var kept []string
	for _, entry := range environment {
		if !strings.HasPrefix(entry, "GIT_") {
			kept = append(kept, entry)
		}
	}
	return kept
}

// checkOut brings the folder to the tip.
func (r *Replica) checkOut(ctx context.Context) error {
	if _, err := r.git(ctx, nil, "read-tree", "--reset", r.states[len(r.states)-1]); err != nil {
		return err
	}
	_, err := r.git(ctx, nil, "checkout-index", "--all", "--force", "--quiet")
	return err
}

// git runs git on the replica.
func (r *Replica) git(ctx context.Context, stdin io.Reader, args ...string) (string, error) {
	git := exec.CommandContext(ctx, "git", args...)
	git.Dir, git.Env, git.Stdin = r.tree, r.env, stdin
	var complaint bytes.Buffer
	git.Stderr = &complaint
	out, err := git.Output()
	if err != nil {
		return "", explain(ctx, err, complaint.String())
	}
	return strings.TrimRight(string(out), "\n"), nil
}

// Add takes files below Root, as they have been written there, for the next commit.
func (r *Replica) Add(ctx context.Context, files []string) error {
	args := []string{"update-index", "--add", "--remove", "--"}
	for _, file := range files {
		below, err := filepath.Rel(r.tree, filepath.Join(r.Root, filepath.FromSlash(file)))
		if err != nil {
			return err
		}
		args = append(args, below)
	}
	if _, err := r.git(ctx, nil, args...); err != nil {
		return err
	}
	state, err := r.git(ctx, nil, "write-tree")
	if err != nil {
		return err
	}
	r.states = append(r.states, state)
	return nil
}

// Drop takes the last Add back; fresh are the files that were new with it.
func (r *Replica) Drop(ctx context.Context, fresh []string) error {
	for _, file := range fresh {
		if err := os.Remove(filepath.Join(r.Root, filepath.FromSlash(file))); err != nil {
			return err
		}
	}
	r.states = r.states[:len(r.states)-1]
	return r.checkOut(ctx)
}

// Mail is a commit as a mail that `git am` takes, with the name that git gives its file.
type Mail struct {
	File string
	Text []byte
}

// Mails makes a commit of each Add, with its message, and gives them.
func (r *Replica) Mails(ctx context.Context, messages []string) ([]Mail, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	tip := r.Head
	for i, message := range messages {
		var err error
		if tip, err = r.git(ctx, strings.NewReader(message), "commit-tree", "-p", tip, r.states[i+1]); err != nil {
			return nil, err
		}
	}
	out := filepath.Join(r.temp, "mails")
	list, err := r.git(ctx, nil, "format-patch", "--numbered", "--zero-commit", "--no-signature", "--full-index",
		"--no-renames", "--output-directory="+out, r.Head+".."+tip)
	if err != nil {
		return nil, err
	}
	var mails []Mail
	for path := range strings.SplitSeq(list, "\n") {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read what git format-patch wrote: %w", err)
		}
		mails = append(mails, Mail{filepath.Base(path), encode(text)})
	}
	return mails, nil
}

// Close removes the folder.
func (r *Replica) Close() error { return os.RemoveAll(r.temp) }

// SignsOff tells whether the user has git sign patches off: format.signOff.
func SignsOff(ctx context.Context, root string) bool {
	out, err := output(ctx, root, "config", "--type=bool", "--get", "format.signOff")
	return err == nil && strings.TrimSpace(string(out)) == "true"
}

// Committer is the line that signs off what the user commits.
func Committer(ctx context.Context, root string) (string, error) {
	ident, err := output(ctx, root, "-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT")
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(ident), ">")
	return line + ">", nil
}
