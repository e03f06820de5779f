// Package view turns paths below the root of a tree into those by which the user reaches them from where he stands.
package view

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// View is one user's view of one tree. The zero View shows paths as they are.
type View struct {
	root  string // of the tree: absolute and without links, as all directories here
	from  string // where the user stands
	top   string // of the repository that the tree is in, or ""
	named []named
}

// named is a place that the user has named himself.
type named struct{ typed, path string }

// New is the view of the tree at root from the current directory.
func New(root string) View {
	v := View{root: root, top: Repository(root)}
	if from, err := os.Getwd(); err == nil {
		// The shell may have come here through a link, which two dots do not lead back through.
		if v.from, err = filepath.EvalSymlinks(from); err != nil {
			v.from = ""
		}
	}
	return v
}

// Repository returns the top of the git repository that a directory is in, or "".
func Repository(dir string) string {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			return ""
		}
		dir = above
	}
}

// Name takes note of how the user names a place.
func (v *View) Name(typed, path string) { v.named = append(v.named, named{typed, path}) }

// File is the path of a file of the tree, given below its root, as the user reaches it.
func (v View) File(below string) string {
	if v.root == "" {
		return below
	}
	return v.Path(filepath.Join(v.root, filepath.FromSlash(below)))
}

// Path is an absolute path as the user reaches it: from where he stands if it lies below; the way he has named it
// himself; from where he stands in the tree; else as it is.
func (v View) Path(absolute string) string {
	if below, ok := inside(v.from, absolute); ok {
		return filepath.ToSlash(below)
	}
	for _, n := range v.named {
		if below, ok := inside(n.path, absolute); ok {
			return filepath.ToSlash(filepath.Join(n.typed, below))
		}
	}
	if _, ok := inside(v.root, v.from); ok {
		if relative, err := filepath.Rel(v.from, absolute); err == nil {
			return filepath.ToSlash(relative)
		}
	}
	return filepath.ToSlash(absolute)
}

// Committed is the path of a file of the tree as systems name it that know the repository; outside of one, as the user
// does.
func (v View) Committed(below string) string {
	if v.root == "" {
		return below
	}
	absolute := filepath.Join(v.root, filepath.FromSlash(below))
	if relative, ok := inside(v.top, absolute); ok {
		return filepath.ToSlash(relative)
	}
	return v.Path(absolute)
}

// inside gives a path below a directory.
func inside(dir, path string) (string, bool) {
	if dir == "" {
		return "", false
	}
	below, err := filepath.Rel(dir, path)
	return below, err == nil && below != ".." && !strings.HasPrefix(below, ".."+string(filepath.Separator))
}

// Printable gives a path that is no UTF-8 another name, with its odd bytes written as \xff. That of a file which is
// really called like that is written so that the two stay apart.
func Printable(path string) string {
	valid := utf8.ValidString(path)
	if valid && !strings.Contains(path, `\x`) {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(path); {
		r, size := utf8.DecodeRuneInString(path[i:])
		switch {
		case r == utf8.RuneError && size == 1, strings.HasPrefix(path[i:], `\x`):
			fmt.Fprintf(&b, `\x%02x`, path[i])
		default:
			b.WriteString(path[i : i+size])
		}
		i += size
	}
	return b.String()
}
