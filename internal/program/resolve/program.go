// Package resolve answers what the names and expressions of a tree of Python files denote, and who imports whom.
// Nothing else in the tool resolves names.
//
// # How to use it
//
// A Program is the files of a tree, each reduced to its scopes (pyscope), and the module structure of their paths
// (pymodule). It never changes and may be used from several goroutines. What was found out is kept in a Resolver, which
// may not: each worker gets its own from Program.NewResolver. Imports are worked out by Resolver.Imports.
//
// Questions are asked with the index of a file in Program.Files and an index in its pyscope.File: Eval what an
// expression denotes, Name what a name in a scope does, Symbol and Global what a symbol is bound to, Member an
// attribute of a module, Attribute one of anything, ClassAttribute and Bases what a class has and derives from,
// ImportedFrom and FromModule what an import statement means, Star what star imports bind, Dotted a path in a string.
// The answer is a Result: the set of Values that the thing can be, and whether it can be something else too.
//
// Resolution looks at all bindings of a symbol in any order; it is not a flow analysis, and what comes in through
// parameters without annotation stays unknown.
package resolve

import (
	"math"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
)

// File is a Python file of the tree.
type File struct {
	Path  string
	Test  bool // it is test code
	Node  pymodule.ID
	Model *pyscope.File
}

// Program is a tree of Python files.
type Program struct {
	Tree    *pymodule.Tree
	Files   []File // by the index that Tree has of them
	Library Library
	// Load makes the Model of a file that has none yet; nil if all have one. With it the Program is for one goroutine.
	Load func(file int32) *pyscope.File
}

// Model gives what a file says.
func (p *Program) Model(file int32) *pyscope.File {
	f := &p.Files[file]
	if f.Model == nil {
		f.Model = p.Load(file)
	}
	return f.Model
}

// top gives the module of the tree that the first component of an absolute import in a file leads to.
func (p *Program) top(file int32, first string) pymodule.ID {
	return p.Tree.Top(p.Files[file].Node, first, p.Library.Installed(first))
}

// Resolver answers questions about a Program and remembers the answers.
type Resolver struct {
	*Program

	symbols [][]*answer                 // by file and symbol
	spare   []answer                    // answers that are not in use yet
	stars   map[nameIn]*answer          // by module and name
	attrs   map[attrOf]*answer          // by class and name
	returns map[int64]*answer           // by file and function
	elems   map[elemsOf]*answer         // by file, symbol and kind
	foreign map[int64][]string          // by file and class
	puts    map[int32]map[int64][]int32 // file -> symbol -> what is put into the container
	stack   int                         // answers being worked out
	low     int                         // least index on the stack of an unfinished answer that was needed
	// strings being worked out, one because of the other
	spelling int
	loose    []*answer // answers that hold only until the one at the bottom of their circle is known

	inquiries *inquiries // nil if nobody wants to know what files ask each other
	at        int32      // the file that asks
	circle    bool       // names led in circles on the way to what is being worked out
}

type nameIn struct {
	module pymodule.ID
	name   string
}

type attrOf struct {
	file, class int32
	name        string
	elems       bool
	kind        pyscope.ElemKind
}

type elemsOf struct {
	file, symbol int32
	kind         pyscope.ElemKind
}

// NewResolver makes a Resolver that knows nothing yet.
func (p *Program) NewResolver() *Resolver {
	return &Resolver{
		Program: p,
		symbols: make([][]*answer, len(p.Files)), stars: map[nameIn]*answer{}, attrs: map[attrOf]*answer{},
		returns: map[int64]*answer{}, elems: map[elemsOf]*answer{}, foreign: map[int64][]string{},
		puts: map[int32]map[int64][]int32{},
		low:  math.MaxInt,
	}
}
