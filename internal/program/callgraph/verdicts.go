package callgraph

import (
	_ "embed"
	"strings"
	"sync"
)

// What an expression gives, as far as awaiting it goes, is read off the ops that write its variable, from the
// expression back to the calls that made it. Values that flow would not do: that a variable can be a coroutine says
// little, it has to be known that it is nothing else.

// sort is a set of what a value can be.
type sort uint16

const (
	sCoroutine sort = 1 << iota
	sAsyncGenerator
	sAsyncManager // what an @asynccontextmanager gives: good for async with alone
	sAsyncObject  // an object for async with that has other uses too
	sGenerator
	sManager
	sContainer
	sTask
	sInstance // of a class of the tree, all of whose bases are known
	sCallable // a function, method or class
	sPlain    // anything else that cannot be awaited
	sUnknown
)

// verdict is what a value can be, and where it comes from.
type verdict struct {
	sort   sort
	of     int32 // a function that gives it, none if no function of the tree does
	source int32 // the name outside that gives it, none if none does
	class  int32 // of an instance
}

var unknown = verdict{sort: sUnknown, of: none, source: none, class: none}

func given(s sort) verdict { return verdict{sort: s, of: none, source: none, class: none} }

// or joins what a value is on one way with what it is on another.
func (a verdict) or(b verdict) verdict {
	if a.sort&sInstance != 0 && b.sort&sInstance != 0 && a.class != b.class {
		b.sort |= sUnknown
	}
	a.sort |= b.sort
	if a.of == none {
		a.of = b.of
	}
	if a.source == none {
		a.source = b.source
	}
	if a.class == none {
		a.class = b.class
	}
	return a
}

// plainTypes are types that people promise in annotations.
var plainTypes = map[string]bool{
	"str": true, "int": true, "float": true, "bool": true, "bytes": true, "bytearray": true, "dict": true, "list": true,
	"set": true, "frozenset": true, "tuple": true, "typing.List": true, "typing.Dict": true, "typing.Set": true,
	"typing.Tuple": true, "typing.FrozenSet": true, "pathlib.Path": true, "datetime.datetime": true,
}

//go:embed awaitables.txt
var awaitablesText string

// awaitables are the names of awaitables.txt.
var awaitables = sync.OnceValue(func() map[string]sort {
	sorts := map[string]sort{"coroutine": sCoroutine, "manager": sAsyncObject, "iterator": sAsyncGenerator,
		"plain": sPlain, "task": sTask, "entered": sManager}
	table := map[string]sort{}
	for line := range strings.Lines(awaitablesText) {
		if f := strings.Fields(line); len(f) == 2 && f[0][0] != '#' {
			table[f[1]] = sorts[f[0]]
		}
	}
	return table
})
