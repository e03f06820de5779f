// Package pymodule knows which module of a tree a dotted name leads to, as Python's import system would find it.
//
// A Tree is made of the paths alone and never changes; looking up is safe from several goroutines. Directories are
// nodes too: with an __init__.py they are packages, without one namespace packages or places from which modules are
// imported, and nothing but the import itself says which.
package pymodule

import (
	_ "embed"
	"path"
	"strings"
	"sync"
)

// ID is a node of the tree: a module or a directory.
type ID int32

// None is the absence of a node.
const None ID = -1

// top is the directory the paths are relative to.
const top ID = 0

type node struct {
	name     string // last component, without .py
	parent   ID     // the directory around it; None for top
	file     int32  // index of the file that is executed on import, -1 for a directory without __init__.py
	isDir    bool
	children map[string]ID // of directories
}

// Tree is the module structure of a list of files.
type Tree struct {
	nodes []node
	files []ID // by index of the file
	// roots lists, for a first component, the directories that are no packages and contain it.
	roots map[string][]ID
	dirs  map[string]ID
}

// New makes the tree of the files with the given '/'-separated paths. Files that are no .py files, scripts, are nodes
// that nobody can import. Order of the paths decides nothing but the order of the indices.
func New(paths []string) *Tree {
	t := &Tree{nodes: make([]node, 1, 2*len(paths)+1), files: make([]ID, len(paths)), roots: map[string][]ID{},
		dirs: map[string]ID{}}
	t.nodes[top] = node{parent: None, file: -1, isDir: true, children: map[string]ID{}}
	t.dirs[""] = top
	for i, p := range paths {
		dir := t.directory(dirOf(p))
		name, isModule := strings.CutSuffix(path.Base(p), ".py")
		switch {
		case isModule && name == "__init__":
			t.nodes[dir].file = int32(i)
			t.files[i] = dir
		default:
			id := t.add(node{name: name, parent: dir, file: int32(i)})
			t.files[i] = id
			if isModule {
				t.adopt(dir, name, id)
			}
		}
	}
	for id := range t.nodes {
		d := &t.nodes[id]
		if !d.isDir || d.file >= 0 && ID(id) != top {
			continue
		}
		for name := range d.children {
			t.roots[name] = append(t.roots[name], ID(id)) // in the order of ids, not of the map: the outer loop is over ids
		}
	}
	return t
}

func dirOf(p string) string {
	if d := path.Dir(p); d != "." {
		return d
	}
	return ""
}

func (t *Tree) add(n node) ID {
	t.nodes = append(t.nodes, n)
	return ID(len(t.nodes) - 1)
}

// adopt enters a module beside a directory of the same name: a package wins over a module, a module over a namespace.
// Whether the directory is a package is known only when all paths were seen, so child decides.
func (t *Tree) adopt(dir ID, name string, id ID) {
	const modulePrefix = "\x00" // cannot be in a path: modules that share their name with a directory
	if other, ok := t.nodes[dir].children[name]; ok && t.nodes[other].isDir != t.nodes[id].isDir {
		if t.nodes[id].isDir {
			t.nodes[dir].children[modulePrefix+name] = other
			t.nodes[dir].children[name] = id
		} else {
			t.nodes[dir].children[modulePrefix+name] = id
		}
		return
	}
	t.nodes[dir].children[name] = id
}

func (t *Tree) directory(dir string) ID {
	if id, ok := t.dirs[dir]; ok {
		return id
	}
	parent := t.directory(dirOf(dir))
	id := t.add(node{name: path.Base(dir), parent: parent, file: -1, isDir: true, children: map[string]ID{}})
	t.dirs[dir] = id
	t.adopt(parent, path.Base(dir), id)
	return id
}

// Node gives the node of the i-th file.
func (t *Tree) Node(i int) ID { return t.files[i] }

// File gives the index of the file that runs when the module is imported, -1 for a namespace.
func (t *Tree) File(id ID) int { return int(t.nodes[id].file) }

// IsPackage reports whether the node can have submodules.
func (t *Tree) IsPackage(id ID) bool { return t.nodes[id].isDir }

// Package gives what relative imports in the node start from: a package itself, or the directory around a module.
func (t *Tree) Package(id ID) ID {
	if t.nodes[id].isDir {
		return id
	}
	return t.nodes[id].parent
}

// Parent gives the directory around a node, None for the top.
func (t *Tree) Parent(id ID) ID { return t.nodes[id].parent }

// Child finds a submodule, None if there is none.
func (t *Tree) Child(id ID, name string) ID {
	n := &t.nodes[id]
	if !n.isDir {
		return None
	}
	child, ok := n.children[name]
	if !ok {
		return None
	}
	if c := &t.nodes[child]; c.isDir && c.file < 0 {
		if module, ok := n.children["\x00"+name]; ok {
			return module
		}
		if len(c.children) == 0 {
			return None // nothing in it is Python
		}
	}
	return child
}

// Below calls f with the index of every file of the submodules of a package, however deep.
func (t *Tree) Below(id ID, f func(file int)) {
	for i := range t.nodes {
		if t.nodes[i].file >= 0 && t.around(id, ID(i)) {
			f(int(t.nodes[i].file))
		}
	}
}

// root gives the directory that has to be on sys.path for a node to be imported: the one around its outermost package.
func (t *Tree) root(id ID) ID {
	root := t.nodes[id].parent
	if root == None {
		return top
	}
	for dir := root; dir != None; dir = t.nodes[dir].parent {
		if t.nodes[dir].file >= 0 && t.nodes[dir].parent != None {
			root = t.nodes[dir].parent
		}
	}
	return root
}

// Name gives the dotted name under which a node is imported, assuming that its root is on sys.path.
func (t *Tree) Name(id ID) string {
	root := t.root(id)
	name := t.nodes[id].name
	for dir := t.nodes[id].parent; dir != root && dir != None; dir = t.nodes[dir].parent {
		name = t.nodes[dir].name + "." + name
	}
	return name
}

// Top finds the module that the first component of an absolute import in the file of node from leads to.
//
// Which directories are on sys.path is not written down anywhere, so this is a choice: the root of the importing file's
// own package, its own directory as for a script, other directories around it, then any root of the tree. The standard
// library comes before the tree except for a script, whose directory is first on sys.path. installed says that a
// distribution of that name is known to be outside the tree; then a directory of the tree has to be a likely root, and
// a namespace package does not count.
func (t *Tree) Top(from ID, name string, installed bool) ID {
	candidates := t.roots[name]
	if len(candidates) == 0 {
		return None
	}
	own, script := t.root(from), t.nodes[from].parent
	inPackage := script != None && t.nodes[script].file >= 0
	stdlib := IsStdlib(name)
	best, bestRank := None, 1<<30
	for _, root := range candidates {
		child := t.Child(root, name)
		if child == None {
			continue
		}
		if installed && (child == from || t.around(child, from)) && !t.likelyRoot(root) {
			continue // a plugin called like the distribution that it is about
		}
		regular := t.nodes[child].file >= 0
		rank := 0
		switch {
		case root == script && !inPackage:
			rank = 0
		case stdlib:
			continue
		case root == own:
			rank = 1
		case t.around(root, from):
			rank = 2
		case installed && !t.likelyRoot(root):
			continue
		default:
			rank = 3
		}
		if !regular {
			if installed || stdlib {
				continue
			}
			rank += 10 // a regular package anywhere on sys.path wins over a namespace
		}
		if rank < bestRank {
			best, bestRank = child, rank
		}
	}
	return best
}

// around reports whether dir contains the node, however deep.
func (t *Tree) around(dir, id ID) bool {
	for p := t.nodes[id].parent; p != None; p = t.nodes[p].parent {
		if p == dir {
			return true
		}
	}
	return false
}

// likelyRoot reports whether projects install from the directory: the top, or src and the like below it.
func (t *Tree) likelyRoot(dir ID) bool {
	if dir == top {
		return true
	}
	n := &t.nodes[dir]
	return n.parent == top && (n.name == "src" || n.name == "lib" || n.name == "python")
}

//go:embed stdlib.txt
var stdlibText string

var stdlib = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for line := range strings.Lines(stdlibText) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			names[line] = true
		}
	}
	return names
})

// IsStdlib reports whether a top-level name is one of the standard library.
func IsStdlib(name string) bool { return stdlib()[name] }
