package walk

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/files/fence"
	"aiohub/internal/files/glob"
)

// ignores is the ignore files in force in a directory: its own, and those of the directories above it.
type ignores struct {
	above *ignores
	// Patterns are relative to a directory. For one at or below the root, base is its path below the root; for one
	// above the root, prefix is the root's path below it.
	base, prefix string
	list         glob.List
}

// ignoresAbove collects the ignore files of the repository that root lies in, from the repository's top to above root.
// Without a repository there are none: a stray .gitignore in a home directory is not about this tree.
func ignoresAbove(root string) *ignores {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil
	}
	top := root
	for {
		if _, err := os.Lstat(filepath.Join(top, ".git")); err == nil {
			break
		}
		parent := filepath.Dir(top)
		if parent == top {
			return nil
		}
		top = parent
	}
	var chain *ignores
	prefix := func(dir string) string {
		relative, _ := filepath.Rel(dir, root)
		return filepath.ToSlash(relative) + "/"
	}
	if content, err := readExclude(top); err == nil {
		chain = &ignores{above: chain, prefix: strings.TrimPrefix(prefix(top), "./"), list: glob.ParseFile(string(content))}
	}
	if top == root {
		return chain
	}
	relative, _ := filepath.Rel(top, root)
	dir := top
	for _, name := range strings.Split(filepath.ToSlash(relative), "/") {
		if content, err := readIgnores(dir); err == nil {
			chain = &ignores{above: chain, prefix: prefix(dir), list: glob.ParseFile(string(content))}
		}
		dir = filepath.Join(dir, name)
	}
	return chain
}

// readIgnores reads the .gitignore of a directory. Like git it follows no link: what is outside of the tree does not
// steer the walk.
func readIgnores(dir string) ([]byte, error) {
	file, err := fence.Within(dir, ".gitignore")
	if err != nil {
		return nil, err
	}
	return file.Read()
}

// readExclude reads the ignore file that is the repository's own. Opening a pipe in its place would keep the run
// waiting.
func readExclude(top string) ([]byte, error) {
	dir := filepath.Join(top, ".git")
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
		return nil, fs.ErrNotExist
	}
	repository, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer repository.Close()
	return fence.Read(repository, filepath.Join("info", "exclude"))
}

// enter returns the ignore files in force in dir. One that cannot be read is no reason to hide or to show files.
func (i *ignores) enter(root, dir string, entries []os.DirEntry) *ignores {
	if !slices.ContainsFunc(entries,
		func(e os.DirEntry) bool { return e.Name() == ".gitignore" && e.Type().IsRegular() }) {
		return i
	}
	content, err := readIgnores(filepath.Join(root, filepath.FromSlash(dir)))
	if err != nil {
		return i
	}
	return &ignores{above: i, base: dir, list: glob.ParseFile(string(content))}
}

// match tells whether the entry at the path below the root is ignored; the nearest ignore file that says something
// decides.
func (i *ignores) match(below string, isDir bool) bool {
	for ; i != nil; i = i.above {
		relative := i.prefix + below
		if i.base != "" {
			relative = strings.TrimPrefix(below, i.base+"/")
		}
		if verdict := i.list.Match(path.Clean(relative), isDir); verdict != glob.Unknown {
			return verdict == glob.Ignored
		}
	}
	return false
}
