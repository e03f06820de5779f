// Package knowledge holds what eventlet offers and what its monkey patching changes, as data tables.
//
// The tables are text files beside the code, read once at first use and never changed afterwards. names.txt is made by
// generate.py from an installed eventlet; the others are written by hand and `generate.py --check` holds them against
// one.
package knowledge

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

// Root is the top-level name that everything here is about.
const Root = "eventlet"

//go:embed *.txt
var files embed.FS

// NameKind says what a name of eventlet is.
type NameKind uint8

const (
	Unknown NameKind = iota
	Module
	Class
	Function
	Data
)

// Patch is an argument of monkey_patch: a group of modules that are made green together.
type Patch string

type tables struct {
	kinds    map[string]NameKind
	parts    map[string]bool     // last components of names
	stars    map[string][]string // module -> names that a star import of it binds, in the order of names.txt
	canon    map[string]string
	returns  map[string]string
	switches map[string]bool
	green    map[string]Patch  // exact names
	greenAll map[string]Patch  // modules all of whose names count
	roles    map[string]Role   // of aiohub's names
	plain    map[string]bool   // classes whose objects do not bind themselves in a with statement
	libs     map[string]string // names of other libraries that choose eventlet, with the argument that does
	greenTop map[string]bool   // first components of the names in green, greenAll and libs
	blocks   map[string]Patch  // exact names
	blockAll map[string]Patch  // modules and classes all of whose names count
	called   map[string][]string
	pure     map[string]bool
	onLoop   map[string]string // what a call does to an event loop, beside waiting
}

var load = sync.OnceValue(func() *tables {
	t := &tables{
		kinds: map[string]NameKind{}, stars: map[string][]string{}, canon: map[string]string{}, returns: map[string]string{},
		switches: map[string]bool{}, green: map[string]Patch{}, greenAll: map[string]Patch{}, greenTop: map[string]bool{},
		blocks: map[string]Patch{}, blockAll: map[string]Patch{}, called: map[string][]string{}, pure: map[string]bool{},
		onLoop: map[string]string{}, parts: map[string]bool{}, roles: map[string]Role{}, plain: map[string]bool{}, libs: map[string]string{},
	}
	kinds := map[string]NameKind{"module": Module, "class": Class, "function": Function, "data": Data}
	rows("names.txt", func(f []string) {
		t.kinds[f[0]] = kinds[f[1]]
		_, last := cutLast(f[0])
		t.parts[last] = true
		if len(f) > 2 {
			module, name := cutLast(f[0])
			t.stars[module] = append(t.stars[module], name)
		}
	})
	rows("canon.txt", func(f []string) { t.canon[f[0]] = f[1] })
	rows("returns.txt", func(f []string) { t.returns[f[0]] = f[1] })
	rows("switches.txt", func(f []string) { t.switches[f[0]] = true })
	rows("enters.txt", func(f []string) { t.plain[f[0]] = true })
	roles := map[string]Role{"start": Start, "face": Face}
	t.stars[Aiohub] = []string{"green"}
	rows("aiohub.txt", func(f []string) {
		t.roles[f[0]] = roles[f[1]]
		_, name := cutLast(f[0])
		t.stars[Aiohub] = append(t.stars[Aiohub], name)
	})
	rows("implicit.txt", func(f []string) {
		if all, ok := strings.CutSuffix(f[0], ".*"); ok {
			t.greenAll[all] = Patch(f[1])
		} else {
			t.green[f[0]] = Patch(f[1])
		}
		top, _, _ := strings.Cut(f[0], ".")
		t.greenTop[top] = true
	})
	rows("libraries.txt", func(f []string) {
		t.libs[f[0]] = strings.Join(f[1:], "")
		top, _, _ := strings.Cut(f[0], ".")
		t.greenTop[top] = true
	})
	rows("pure.txt", func(f []string) { t.pure[f[0]] = true })
	rows("onloop.txt", func(f []string) { t.onLoop[f[0]] = f[1] })
	rows("callbacks.txt", func(f []string) { t.called[f[0]] = append(t.called[f[0]], f[1]) })
	rows("blocking.txt", func(f []string) {
		if all, ok := strings.CutSuffix(f[0], ".*"); ok {
			t.blockAll[all] = Patch(f[1])
		} else {
			t.blocks[f[0]] = Patch(f[1])
		}
	})
	return t
})

// rows calls f with the fields of each line of a table.
func rows(name string, f func(fields []string)) {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("knowledge: embedded table %s: %v", name, err)) // cannot happen in a binary that was built
	}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if fields := strings.Fields(line); len(fields) > 0 {
			f(fields)
		}
	}
}

func cutLast(dotted string) (before, last string) {
	i := strings.LastIndexByte(dotted, '.')
	if i < 0 {
		return "", dotted
	}
	return dotted[:i], dotted[i+1:]
}

// Is reports whether a dotted name is eventlet's, by its own name or by the one that aiohub gives it.
func Is(dotted string) bool {
	_, own := cutName(dotted, Root)
	_, green := cutName(dotted, greenName)
	return own || green
}

// Canon undoes eventlet's own re-exports: eventlet.sleep is eventlet.greenthread.sleep, and so is aiohub.green.sleep. A
// name without an entry is its own.
func Canon(dotted string) string {
	t := load()
	dotted = greenless(dotted)
	if member, ok := strings.CutPrefix(dotted, "greenlet.greenlet."); ok && onlyGreenThread[member] {
		return "eventlet.greenthread.GreenThread." + member
	}
	for end := len(dotted); end > 0; {
		if home, ok := t.canon[dotted[:end]]; ok {
			return home + dotted[end:]
		}
		end = strings.LastIndexByte(dotted[:end], '.')
	}
	return dotted
}

// onlyGreenThread are methods that a greenlet has only if it is a green thread: the current one, as a rule.
var onlyGreenThread = map[string]bool{"wait": true, "link": true, "unlink": true, "cancel": true, "kill": true}

// KindOf says what a name is in the eventlet the table was made from; Unknown for names of other versions.
func KindOf(dotted string) NameKind { return load().kinds[dotted] }

// Star lists what `from module import *` binds.
func Star(module string) []string { return load().stars[greenless(module)] }

// IsPart reports whether a word is a component of a name of eventlet.
func IsPart(word []byte) bool { return load().parts[string(word)] }

// Constructs reports whether a call of the canonical name makes an instance of it. Names that the table does not
// know, because they are of another version of eventlet or of a wrapper of it, count as classes if they look like one.
func Constructs(canon string) bool {
	switch KindOf(canon) {
	case Class:
		return true
	case Unknown:
		_, last := cutLast(canon)
		return Is(canon) && last != "" && 'A' <= last[0] && last[0] <= 'Z'
	}
	return false
}

// Returns gives the class of the value that a call of a function or method returns, "" if it is not an object of
// interest.
func Returns(canon string) string { return load().returns[canon] }

// Switches reports whether another greenlet can run before a call of the canonical name returns.
func Switches(canon string) bool { return load().switches[canon] }

// Implicit reports which patch makes a name outside eventlet green, "" if none does.
func Implicit(dotted string) Patch {
	t := load()
	if p, ok := t.green[dotted]; ok {
		return p
	}
	for end := strings.LastIndexByte(dotted, '.'); end > 0; end = strings.LastIndexByte(dotted[:end], '.') {
		if p, ok := t.greenAll[dotted[:end]]; ok {
			return p
		}
	}
	return ""
}

// Chooses reports whether a name of another library chooses eventlet, or is made for it.
func Chooses(dotted string) bool {
	libs := load().libs
	for end := len(dotted); end > 0; end = strings.LastIndexByte(dotted[:end], '.') {
		if _, ok := libs[dotted[:end]]; ok {
			return true
		}
	}
	return false
}

// ChoosingArgument gives the argument of a function of another library that makes it choose eventlet, "" if it does so
// anyway.
func ChoosingArgument(dotted string) string { return load().libs[dotted] }

// MayBeImplicit reports whether some name below the top-level module is in a table of other libraries' names; it is
// cheap and lets most names go.
func MayBeImplicit(top string) bool { return load().greenTop[top] }

// Patches are the groups monkey_patch knows that concern the table of implicit uses. Without arguments it patches all
// of them.
var Patches = []Patch{"os", "select", "socket", "subprocess", "thread", "time"}
