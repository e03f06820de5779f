package callgraph

import (
	_ "embed"
	"maps"
	"strconv"
	"strings"
	"sync"
)

// What names outside the tree mean is data: types.txt has the classes and what calls return, starters.txt what runs its
// argument as a task.

//go:embed types.txt
var typesText string

//go:embed starters.txt
var startersText string

type table struct {
	classes    map[string]bool
	returns    map[string]string // of a function or method: class
	elements   map[string]string // of a class: class
	attributes map[string]string // of a class and attribute: class
	containers map[string]containerKind
	same       map[string]int    // functions that return an argument
	calls      map[string]int    // functions that call an argument
	passes     map[string]passed // functions that call an argument later, with an object of their own
	modules    map[string]keyword
	starters   map[string]bool
	given      map[string]int  // those that hand what follows the function, their argument of this number, on to it
	lastStart  map[string]bool // methods that start, whatever they belong to
	common     map[string]bool // names of methods of builtin types, files, loggers and the like
}

// passed is what a function of an argument is called with.
type passed struct {
	argument int
	class    string
}

// keyword is a parameter: its name, and its place among the positional arguments.
type keyword struct {
	name  string
	place int
}

var tables = sync.OnceValue(func() *table {
	t := &table{
		classes: map[string]bool{}, returns: map[string]string{}, elements: map[string]string{},
		attributes: map[string]string{},
		containers: map[string]containerKind{}, same: map[string]int{}, calls: map[string]int{}, passes: map[string]passed{},
		modules: map[string]keyword{}, starters: map[string]bool{}, given: map[string]int{}, lastStart: map[string]bool{},
		common: map[string]bool{},
	}
	kinds := map[string]containerKind{"list": listLike, "tuple": tupleLike, "dict": dictLike}
	for line := range strings.Lines(typesText) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0][0] == '#' {
			continue
		}
		switch f[0] {
		case "class":
			for _, name := range f[1:] {
				t.classes[name] = true
			}
		case "returns":
			t.returns[f[1]] = f[2]
		case "element":
			t.elements[f[1]] = f[2]
		case "attribute":
			t.attributes[f[1]] = f[2]
		case "container":
			t.containers[f[1]] = kinds[f[2]]
		case "same":
			t.same[f[1]], _ = strconv.Atoi(f[2])
		case "calls":
			t.calls[f[1]], _ = strconv.Atoi(f[2])
		case "passes":
			k, _ := strconv.Atoi(f[2])
			t.passes[f[1]] = passed{k, f[3]}
		case "modules":
			k, _ := strconv.Atoi(f[3])
			t.modules[f[1]] = keyword{f[2], k}
		case "common":
			for _, name := range f[1:] {
				t.common[name] = true
			}
		}
	}
	for line := range strings.Lines(startersText) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0][0] == '#' {
			continue
		}
		if name, ok := strings.CutPrefix(f[0], "*."); ok {
			t.lastStart[name] = true
		} else {
			t.starters[f[0]] = true
			if len(f) > 1 {
				t.given[f[0]], _ = strconv.Atoi(f[1])
			}
		}
	}
	t.classes = copied(t.classes, func(yes bool) bool { return yes })
	t.returns = copied(t.returns, greenClass)
	t.elements = copied(t.elements, greenClass)
	t.attributes = copied(t.attributes, greenClass)
	underGreen(t.classes)
	underGreen(t.returns)
	underGreen(t.elements)
	underGreen(t.attributes)
	underGreen(t.containers)
	underGreen(t.same)
	underGreen(t.calls)
	underGreen(t.passes)
	underGreen(t.starters)
	underGreen(t.given)
	return t
})

// greenCopies are the modules of the standard library, and zmq, that eventlet has copies of.
var greenCopies = map[string]bool{
	"BaseHTTPServer": true, "builtin": true, "ftplib": true, "http": true, "httplib": true, "os": true, "select": true,
	"selectors": true, "smtplib": true, "socket": true, "ssl": true, "subprocess": true, "telnetlib": true,
	"threading": true, "time": true, "urllib": true, "zmq": true,
}

// copied gives the names of a module that eventlet has a copy of the names that they have there, too.
func copied[V any](table map[string]V, value func(V) V) map[string]V {
	out := maps.Clone(table)
	for name, v := range table {
		if module, _, _ := strings.Cut(name, "."); greenCopies[module] {
			out["eventlet.green."+name] = value(v)
		}
	}
	return out
}

// greenClass is the class that a copy below eventlet.green gives: one of the copies, if there is one.
func greenClass(class string) string {
	parts := strings.FieldsFunc(class, func(r rune) bool { return r == '(' || r == ',' || r == ')' })
	for _, part := range parts {
		if module, _, _ := strings.Cut(part, "."); greenCopies[module] {
			class = strings.ReplaceAll(class, part, "eventlet.green."+part)
			break
		}
	}
	return class
}

// underGreen gives each name of eventlet the one that it has in aiohub.green, too.
func underGreen[V any](table map[string]V) {
	for name, value := range maps.Clone(table) {
		if rest, ok := strings.CutPrefix(name, "eventlet."); ok {
			table["aiohub.green."+rest] = value
		}
	}
}

func containerClasses() map[string]containerKind { return tables().containers }

// Starters lists what is taken to run a function that it is given as a task or thread of its own: dotted names, and
// "*.name" for a method of anything.
func Starters() []string {
	var out []string
	for line := range strings.Lines(startersText) {
		if f := strings.Fields(line); len(f) > 0 && f[0][0] != '#' {
			out = append(out, f[0])
		}
	}
	return out
}
