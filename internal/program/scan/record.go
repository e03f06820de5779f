package scan

import (
	"cmp"
	"strings"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/place"
)

// Kind says what sort of occurrence a record is.
type Kind string

const (
	Import Kind = "import" // an alias of an import statement, or a call that imports by name
	// a maximal chain of names and attributes that denotes a name of eventlet, or starts a program on aiohub
	Use    Kind = "use"
	Method Kind = "method" // an attribute of an object inferred to be an instance of an eventlet class
	// an attribute of an eventlet object named by a string, as in mock.patch.object(X, "attr")
	Patch       Kind = "patch"
	String      Kind = "string"      // a string that is the dotted path of an eventlet name, directly or through the tree
	Env         Kind = "env"         // an environment variable that eventlet reads
	Requirement Kind = "requirement" // a line that requires the eventlet distribution, or aiohub's
	Option      Kind = "option"      // eventlet chosen by an option or a setting: gunicorn -k eventlet
	Library     Kind = "library"     // a name of another library that chooses eventlet, or is made for it
	Face        Kind = "face"        // the same as use for what aiohub puts between green threads and coroutines
	Implicit    Kind = "implicit"    // a call of the standard library or oslo that is green only because of monkey_patch
)

// Record is one occurrence. Equal trees give equal records, whatever the number of workers.
type Record struct {
	place.Place
	Kind  Kind
	Name  string // dotted name as reached, e.g. eventlet.sleep
	Canon string // the name eventlet documents it under, e.g. eventlet.greenthread.sleep
	Ctx   Context
	Test  bool   // the file is test code
	Via   string // module of the tree that re-exports the name, or ""
	Maybe bool   // the name has other values too: bound to something else in another branch
	// Unless names a class of the tree whose objects can stand in the place of the method's object, "" for none.
	Unless string
	Func   string // dotted name of the enclosing functions and classes, "" at module level

	Node     pysyntax.Node // what it is about in the syntax tree; 0 for what is no expression of Python
	Asname   string        // imports: the name after "as"
	Form     string        // imports: "import", "from" or "call"
	Call     bool          // the occurrence is called where it stands; the next four belong to that call
	NArgs    int           // number of positional arguments
	Kws      []string      // names of keyword arguments, "**" for a mapping
	Stmt     bool          // the call is a whole statement: its value is not used
	Arg0     string        // source of the first argument if it is a constant
	Patches  bool          // the call makes the standard library green: monkey_patch, or aiohub.install(patch=True)
	Switches bool          // a call can switch to another greenlet
	Entries  []string      // implicit: files that call monkey_patch and import, however far, this file; sorted

	node pyscope.Ref // of a use: what the record is about
	arg0 [2]uint32   // source range of Arg0
}

// maxCode bounds the source line quoted in a record, in bytes.
const maxCode = 200

// Code is the line of the record without surrounding space, cut at 200 bytes.
func (r *Record) Code() string {
	line := strings.TrimSpace(r.Text)
	if len(line) > maxCode {
		line = strings.ToValidUTF8(line[:maxCode], "")
	}
	return line
}

// compare is the order of the output.
func compare(a, b Record) int {
	return cmp.Or(
		place.Compare(a.Place, b.Place),
		strings.Compare(string(a.Kind), string(b.Kind)),
		strings.Compare(a.Name, b.Name),
	)
}

// Entry is an entry point of a program whose standard library is made green.
type Entry struct {
	File    string
	Test    bool
	By      []string // what does it, sorted: monkey_patch, aiohub.install, python -m aiohub
	Modules []string // groups that are patched, sorted; see knowledge.Patches
	Runs    []int32  // what the program runs, perhaps loaded by name: indices into the files of the input, in their order
}
