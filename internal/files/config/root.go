package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"aiohub/internal/output/fault"
)

// BaselineName is the name of the baseline unless the configuration gives another, PolicyName that of the policy for
// running programs.
const (
	BaselineName = "aiohub-baseline.json"
	PolicyName   = "aiohub-runtime.json"
)

// marks are what makes a directory the root of a tree, strongest first. A baseline speaks for the whole of what it
// counts, wherever in it somebody stands; of what other tools keep there the nearest is taken.
var marks = [][]string{
	{BaselineName, PolicyName},
	{"[tool.aiohub]"},
	{"pyproject.toml", "setup.cfg", "setup.py"},
	{".git"},
}

// ownTree is the weakest of the marks that say how a tree is to be judged.
const ownTree = 1

// mark is a directory that could be the root, and why.
type mark struct {
	dir, why string
	content  []byte // of its pyproject.toml, if that is why
	strength int    // its place among the marks
}

// findRoot returns the root of the tree that the directory start belongs to, start itself if nothing above it says
// otherwise. No directory is looked at beyond the top of the repository, nor one that others can write to: what lies
// there is no word about this tree.
//
// With a configuration of the user's own choice, what is in the tree in its place cannot be at fault.
func findRoot(start string, chosen bool) (mark, error) {
	nearest := make([]mark, len(marks))
	for dir := start; ; dir = filepath.Dir(dir) {
		for strength, names := range marks {
			if nearest[strength].dir != "" {
				continue
			}
			found, err := look(dir, names)
			if err != nil && !chosen {
				return mark{}, err
			}
			nearest[strength] = found
			nearest[strength].strength = strength
		}
		if nearest[0].dir != "" || nearest[len(marks)-1].dir != "" || !trusted(dir, filepath.Dir(dir)) {
			break
		}
	}
	for _, found := range nearest {
		if found.dir != "" {
			return found, nil
		}
	}
	return mark{dir: start}, nil
}

// parts are the trees that several paths belong to, as paths below the directory that all are in, if nothing but that
// makes it a root. None means that it is a tree: somebody stands there, or above, and names parts of it.
//
// Paths of which one belongs to a tree with a configuration, and others do not, are at fault: a run on all of them would
// not go by it. With a baseline it is only who would judge by that who minds: that is apart.
func (m mark) parts(typed, absolute []string, chosen bool) (parts []string, apart, err error) {
	if len(absolute) == 1 {
		return nil, nil, nil
	}
	here, err := standing()
	divided := err != nil || !within(here, m.dir) || m.dir == filepath.Dir(m.dir)
	for i, path := range absolute {
		start, err := commonDir([]string{path})
		if err != nil {
			return nil, nil, err
		}
		own, err := findRoot(start, chosen)
		if err != nil {
			return nil, nil, err
		}
		if own.why != "" && own.dir != m.dir {
			divided = true
			if own.strength <= ownTree {
				apart = fault.At(
					typed[i],
					0,
					"belongs to a tree of its own, for its "+own.why+", and other paths do not",
					"look at one tree at a time",
				)
			}
			if own.content != nil && !chosen {
				return nil, nil, apart
			}
		}
		below, err := filepath.Rel(m.dir, own.dir)
		if err != nil {
			return nil, nil, err
		}
		parts = append(parts, filepath.ToSlash(below))
	}
	if m.why != "" || !divided || slices.Contains(parts, ".") {
		return nil, apart, nil
	}
	return parts, apart, nil
}

// look looks for one of the names in a directory.
func look(dir string, names []string) (mark, error) {
	if names[0] == marks[1][0] {
		content, err := readIn(dir)
		if _, closed := os.Lstat(dir + string(filepath.Separator) + "."); err != nil && errors.Is(closed, fs.ErrPermission) {
			return mark{}, fault.At(dir, 0, "cannot be looked into: permission denied", "make it readable, or name another path")
		}
		if err != nil {
			return mark{}, fault.At(filepath.Join(dir, "pyproject.toml"), 0, "cannot be read: "+err.Error(),
				"put a file there that can be read, or name one with --config")
		}
		if content == nil || !mentions(content) {
			return mark{}, nil
		}
		return mark{dir: dir, why: names[0] + " in pyproject.toml", content: content}, nil
	}
	for _, name := range names {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return mark{dir: dir, why: name}, nil
		}
	}
	return mark{}, nil
}

// trusted tells whether to look at the directory above: it is this user's or the system's, or has the same owner, and
// not everybody can write to it.
func trusted(dir, above string) bool {
	if dir == above {
		return false
	}
	info, err := os.Stat(dir)
	if err != nil {
		return false
	}
	infoAbove, err := os.Stat(above)
	return err == nil && infoAbove.Mode().Perm()&0o002 == 0 && ownerFits(info, infoAbove)
}

// commonDir is the directory that all paths, absolute and without links, are in or below.
func commonDir(paths []string) (string, error) {
	var common string
	for i, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		if !info.IsDir() {
			path = filepath.Dir(path)
		}
		if i == 0 {
			common = path
		}
		for !within(common, path) {
			common = filepath.Dir(common)
		}
	}
	return common, nil
}

func within(dir, path string) bool {
	below, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(below)
}
