package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// objects is what a repository has committed, without the repository: a git directory of our own that reads its
// objects. What the configuration of the repository can make git run (filters of attributes, remotes that bring missing
// objects) is not there.
type objects struct {
	head   string // the commit that is checked out, "" if there is none
	prefix string // of root in the trees of commits, with a / at its end; or ""
	dir    string
}

// openObjects opens the repository around root. The caller closes it.
func openObjects(ctx context.Context, root string) (*objects, error) {
	if err := readable(root); err != nil {
		return nil, err
	}
	out, err := output(ctx, root, "rev-parse", "--show-object-format", "--git-path", "objects", "--git-path", "shallow",
		"--show-prefix")
	if err != nil {
		return nil, err
	}
	lines := strings.SplitN(strings.TrimSuffix(string(out), "\n"), "\n", 4)
	if len(lines) < 3 {
		return nil, fmt.Errorf("git: no answer about the repository")
	}
	o := &objects{}
	if len(lines) == 4 {
		o.prefix = lines[3]
	}
	head, err := output(ctx, root, "rev-parse", "--verify", "-q", "HEAD^{commit}")
	if errors.Is(err, context.Canceled) {
		return nil, err
	}
	o.head = strings.TrimSpace(string(head)) // of an error nothing: there is no commit
	if o.dir, err = os.MkdirTemp("", "aiohub-git-"); err != nil {
		return nil, err
	}
	if err := o.link(ctx, lines[0], absolute(root, lines[1]), absolute(root, lines[2])); err != nil {
		o.close()
		return nil, err
	}
	return o, nil
}

// link makes the directory.
func (o *objects) link(ctx context.Context, format, store, shallow string) error {
	init := o.git(ctx, "init", "--quiet", "--bare", "--template=", "--object-format="+format, o.dir)
	if out, err := init.CombinedOutput(); err != nil {
		return explain(ctx, err, string(out))
	}
	info := filepath.Join(o.dir, "objects", "info")
	if err := os.MkdirAll(info, 0o700); err != nil {
		return err
	}
	if list, err := os.ReadFile(shallow); err == nil {
		if err := os.WriteFile(filepath.Join(o.dir, "shallow"), list, 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(info, "alternates"), []byte(store+"\n"), 0o600)
}

func (o *objects) close() { os.RemoveAll(o.dir) }

// git is a command on the objects.
func (o *objects) git(ctx context.Context, args ...string) *exec.Cmd {
	git := exec.CommandContext(ctx, "git", args...)
	git.Dir = o.dir
	git.Env = append(withoutGit(os.Environ()), "GIT_DIR="+o.dir, "GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_CONFIG_NOSYSTEM=1", "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	return git
}

func (o *objects) output(ctx context.Context, args ...string) ([]byte, error) {
	return printed(ctx, o.git(ctx, args...))
}

// readable finds fault with a repository whose files would keep git waiting: pipes, devices.
func readable(root string) error {
	for dir := root; ; dir = filepath.Dir(dir) {
		git := filepath.Join(dir, ".git")
		info, err := os.Stat(git)
		if err == nil {
			return regular(git, info)
		}
		if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return nil // git says what is wrong
		}
	}
}

func regular(git string, info fs.FileInfo) error {
	const special = fs.ModeNamedPipe | fs.ModeDevice | fs.ModeSocket | fs.ModeIrregular
	if info.Mode()&special != 0 {
		return errors.New("git: .git is not a regular file")
	}
	for _, name := range []string{"HEAD", "config", "config.worktree", "commondir", "index", "packed-refs", "shallow",
		"objects/info/alternates"} {
		if info, err := os.Stat(filepath.Join(git, filepath.FromSlash(name))); err == nil && info.Mode()&special != 0 {
			return fmt.Errorf("git: .git/%s is not a regular file", name)
		}
	}
	return nil
}
