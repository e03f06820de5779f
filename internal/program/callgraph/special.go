package callgraph

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed special.txt
var specialText string

var specialNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for line := range strings.Lines(specialText) {
		if !strings.HasPrefix(line, "#") {
			for _, name := range strings.Fields(line) {
				names["__"+name+"__"] = true
			}
		}
	}
	return names
})

// IsSpecial reports whether a method of that name is called by Python itself. Names with underscores that a project has
// made up are none.
func IsSpecial(name string) bool { return specialNames()[name] }
