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
type named struct {
	typed, path string
	linked      bool // from where he stands a link leads there
}

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
func (v *View) Name(typed, path string) {
	n := named{typed: typed, path: path}
	// Behind a link two dots do not cancel it.
	if clean := filepath.Clean(typed); v.leads(clean, path) {
		n.typed = clean
		n.linked = !filepath.IsAbs(clean) && filepath.Join(v.from, clean) != path
	}
	v.named = append(v.named, n)
}

// leads tells whether what the user could type leads to a place.
func (v View) leads(typed, path string) bool {
	if !filepath.IsAbs(typed) {
		typed = filepath.Join(v.from, typed)
	}
	there, err := filepath.EvalSymlinks(typed)
	return err == nil && there == path
}

// File is the path of a file of the tree, given below its root, as the user reaches it.
func (v View) File(below string) string {
	if v.root == "" {
		return below
	}
	return v.Path(filepath.Join(v.root, filepath.FromSlash(below)))
}

// Path is an absolute path as the user reaches it: from where he stands if it lies below, unless he has named it through
// a link; the way he has named it himself; from where he stands in the tree; else as it is.
func (v View) Path(absolute string) string {
	below, ok := inside(v.from, absolute)
	typed, linked := v.typed(absolute)
	switch {
	case ok && !linked:
		return filepath.ToSlash(below)
	case typed != "":
		return filepath.ToSlash(typed)
	}
	if _, ok := inside(v.root, v.from); ok {
		if relative, err := filepath.Rel(v.from, absolute); err == nil {
			return filepath.ToSlash(relative)
		}
	}
	return filepath.ToSlash(absolute)
}

// typed is a path as the user has named it or a directory above it, and whether that leads through a link. Of several
// names it is the first that does not.
func (v View) typed(absolute string) (path string, linked bool) {
	for _, n := range v.named {
		below, ok := inside(n.path, absolute)
		switch {
		case !ok:
		case !n.linked:
			return n.join(below), false
		case path == "":
			path, linked = n.join(below), true
		}
	}
	return path, linked
}

// join is a path below the place.
func (n named) join(below string) string {
	if below == "." {
		return n.typed
	}
	return strings.TrimSuffix(n.typed, string(filepath.Separator)) + string(filepath.Separator) + below
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
