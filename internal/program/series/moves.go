package series

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"aiohub/internal/program/port"
)

// Moves divides what stage 1 makes of a tree into patches: what the names move to comes first, then the names, package
// by package, each module with its tests, and at the end the programs, which behave differently from then on. The names
// are the same objects wherever they are imported from, and whatever hub runs: that is why the files do not depend on
// each other.
func Moves(result *port.Result, facade string, limits Limits) []Patch {
	starts := map[string]bool{}
	for i := range result.Places {
		if p := &result.Places[i]; p.Rule.ChangesStart() {
			starts[p.File] = true
		}
	}
	var base []port.File
	var moved, programs []bundle
	for _, b := range bundles(result) {
		switch {
		case b.isBase:
			base = append(base, b.files...)
		case slices.ContainsFunc(b.files, func(f port.File) bool { return starts[f.Path] }):
			programs = append(programs, b)
		default:
			moved = append(moved, b)
		}
	}
	var patches []Patch
	if len(base) > 0 {
		patches = append(patches, foundation(base, facade))
	}
	for _, b := range pack(moved, limits) {
		patches = append(patches, names(b, facade))
	}
	for _, b := range pack(programs, limits) {
		patches = append(patches, starting(b))
	}
	for i := range patches {
		p := &patches[i]
		p.about(result, func(place *port.Place) bool { return place.Rule.Edits() })
		p.look(result)
	}
	return distinct(patches)
}

// bundle is files that belong into one patch: a module and its tests.
type bundle struct {
	topic  string // the package, without what makes it one of tests
	module string // within the topic
	isBase bool   // what the others stand on: requirements, and the facade
	files  []port.File
}

// bundles are sorted by topic, a package before those below it.
func bundles(result *port.Result) []bundle {
	tests := map[string]bool{}
	for i := range result.Places {
		if p := &result.Places[i]; p.Test {
			tests[p.File] = true
		}
	}
	var list []bundle
	for _, f := range result.Files {
		b := bundle{files: []port.File{f}, isBase: path.Ext(f.Path) != ".py" || result.Facade == f.Path || f.Before == nil}
		b.topic, b.module = topicOf(f.Path)
		list = append(list, b)
	}
	list = united(list, tests)
	for i := range list {
		// The code before its tests.
		slices.SortStableFunc(list[i].files,
			func(a, b port.File) int { return cmp.Compare(count(tests[a.Path]), count(tests[b.Path])) })
	}
	slices.SortStableFunc(list, func(a, b bundle) int {
		return cmp.Or(slices.Compare(strings.Split(a.topic, "/"), strings.Split(b.topic, "/")),
			strings.Compare(a.module, b.module))
	})
	return list
}

// united brings tests to what they test.
func united(list []bundle, tests map[string]bool) []bundle {
	var code []bundle
	tops := map[string]bool{}
	isTest := func(b *bundle) bool { return tests[b.files[0].Path] }
	for i := range list {
		if b := &list[i]; b.isBase || !isTest(b) {
			code = append(code, *b)
			if top, _, _ := strings.Cut(b.topic, "/"); top != "" {
				tops[top] = true
			}
		}
	}
	of := func(b *bundle) int {
		found := -1
		for i := range code {
			c := &code[i]
			if c.isBase || c.module != b.module ||
				c.topic != b.topic && !strings.HasSuffix("/"+c.topic, "/"+b.topic) && b.topic != "" {
				continue
			}
			if c.topic == b.topic {
				return i
			}
			if found >= 0 {
				return -1 // there are two that it could be about
			}
			found = i
		}
		return found
	}
	for i := range list {
		b := &list[i]
		if b.isBase || !isTest(b) {
			continue
		}
		if at := of(b); at >= 0 {
			code[at].files = append(code[at].files, b.files...)
			continue
		}
		top, _, _ := strings.Cut(b.topic, "/")
		if len(tops) == 1 && !tops[top] {
			for only := range tops {
				b.topic = path.Join(only, b.topic)
			}
		}
		code = append(code, *b)
	}
	return code
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// ofTests are folders that say that something is a test, and nothing about what is tested.
var ofTests = map[string]bool{"test": true, "tests": true, "testing": true, "unit": true, "unit_tests": true,
	"functional": true}

// topicOf finds what a file is about: shop/tests/unit/api/test_cart.py and shop/api/cart.py both are about shop/api and
// cart.
func topicOf(file string) (topic, module string) {
	parts := strings.Split(path.Dir(file), "/")
	if parts[0] == "." {
		parts = nil
	}
	var kept []string
	for _, part := range parts {
		if !ofTests[part] {
			kept = append(kept, part)
		}
	}
	module = strings.TrimSuffix(path.Base(file), ".py")
	module = strings.TrimSuffix(strings.TrimPrefix(module, "test_"), "_test")
	return strings.Join(kept, "/"), module
}

// pack fills patches with bundles that stand beside each other. What they have in common is the topic of the whole.
func pack(list []bundle, limits Limits) []bundle {
	var packed []bundle
	for _, b := range list {
		b.topic = path.Join(b.topic, b.module)
		if last := len(packed) - 1; last >= 0 {
			if together := slices.Concat(packed[last].files, b.files); limits.Fit(together) {
				packed[last] = bundle{topic: shared(packed[last].topic, b.topic), files: together}
				continue
			}
		}
		packed = append(packed, b)
	}
	return packed
}

// shared is the folder that two are in.
func shared(a, b string) string {
	parts, others := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(parts) && n < len(others) && parts[n] == others[n] {
		n++
	}
	return strings.Join(parts[:n], "/")
}

// distinct gives patches with the same subject a number.
func distinct(patches []Patch) []Patch {
	times := map[string]int{}
	for i := range patches {
		times[patches[i].Subject]++
	}
	number := map[string]int{}
	for i := range patches {
		p := &patches[i]
		plain := p.Subject
		if times[plain] == 1 {
			continue
		}
		number[plain]++
		p.Subject = numbered(plain, number[plain])
	}
	return patches
}
