package scan

import (
	"regexp"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/knowledge"
)

// A setup.py requires in what it gives to setup(), or to variables on the way there: in lists, in dictionaries of them,
// in text with a requirement a line.

// requiringName is a name of what has requirements, also where these are in one string.
var requiringName = regexp.MustCompile(`(?i)requir|dependenc|(^|_)(deps|reqs?|extras)($|_)`)

// neverRequired are arguments of setup whose lists name something else.
var neverRequired = map[string]bool{
	"keywords": true, "packages": true, "py_modules": true, "classifiers": true, "entry_points": true, "scripts": true,
	"provides": true, "package_data": true, "namespace_packages": true, "platforms": true, "data_files": true,
	"console_scripts": true, "exclude": true, "concurrency": true, "known_third_party": true,
}

// collects are functions and methods that give, or take, what is in their argument.
var collects = map[string]bool{
	"list": true, "tuple": true, "set": true, "frozenset": true, "sorted": true, "dict": true,
	"append": true, "extend": true, "insert": true, "add": true, "update": true, "setdefault": true, "union": true,
	"split": true, "splitlines": true, "strip": true, "dedent": true, "sum": true, "chain": true, "from_iterable": true,
	"filter": true,
}

// setupRecords finds the requirements in a setup.py.
func setupRecords(tree *pysyntax.Tree) []Record {
	if !containsFold(tree.Src, knowledge.Root) && !containsFold(tree.Src, knowledge.Aiohub) {
		return nil
	}
	var records []Record
	described := describing(tree)
	tree.Walk(tree.Root(), func(n pysyntax.Node) bool {
		value, at, ok := literal(tree, n)
		if tree.Kind(n) == pysyntax.JoinedStr { // f"eventlet=={VERSION}"
			first := tree.Child(n)
			value, at, ok = string(tree.Text(first)), int(tree.Start(first)), tree.Kind(first) == pysyntax.Constant
		}
		if !ok || !requiresHere(tree, n, described) {
			return true
		}
		for _, found := range inLines(value) {
			r := textRecord(Requirement, value, at, found.start, found.start+len(found.distribution),
				manifestContext("setup.py"))
			r.Name, r.Canon = found.distribution, found.distribution
			if found.extra {
				r.Ctx = Extra
			}
			records = append(records, r)
		}
		return tree.Kind(n) != pysyntax.JoinedStr
	}, nil)
	return records
}

// describing gives the variables and functions that are given to what requires nothing, and to nothing else that has a
// name: keywords=TAGS.
func describing(tree *pysyntax.Tree) map[string]bool {
	given := map[string]bool{}
	give := func(to string, value pysyntax.Node) {
		tree.Walk(value, func(n pysyntax.Node) bool {
			if tree.Kind(n) == pysyntax.Name {
				name := string(tree.Ident(n))
				only, known := given[name]
				given[name] = neverRequired[to] && (only || !known)
			}
			return tree.Kind(n) != pysyntax.Keyword
		}, nil)
	}
	tree.Walk(tree.Root(), func(n pysyntax.Node) bool {
		switch tree.Kind(n) {
		case pysyntax.Keyword:
			give(string(tree.Ident(n)), tree.Child(n))
		case pysyntax.Dict:
			for child := range tree.Children(n) {
				if key, isKey := keyAbove(tree, n, child); !isKey {
					give(key, child)
				}
			}
		case pysyntax.Assign:
			if target := tree.Child(n); tree.Kind(target) == pysyntax.Subscript {
				give(text(tree, tree.Next(tree.Child(target))), tree.Last(n))
			} else {
				give(string(tree.Ident(target)), tree.Last(n))
			}
		case pysyntax.AugAssign:
			give("", tree.Last(n))
		}
		return true
	}, nil)
	return given
}

// functionAround is the name of the function that a node is in.
func functionAround(tree *pysyntax.Tree, n pysyntax.Node) string {
	for ; n != 0; n = tree.Parents()[n] {
		if tree.Kind(n) == pysyntax.FunctionDef {
			return string(tree.Ident(n))
		}
	}
	return ""
}

// requiresHere tells whether a string is where requirements are: in a list, or under a name that says so.
func requiresHere(tree *pysyntax.Tree, n pysyntax.Node, described map[string]bool) bool {
	listed := false
	var names []string
	for up := true; up; {
		parent := tree.Parents()[n]
		switch tree.Kind(parent) {
		case pysyntax.List, pysyntax.Tuple, pysyntax.Set:
			listed = true
		case pysyntax.Dict:
			key, isKey := keyAbove(tree, parent, n)
			if isKey {
				return false
			}
			names = append(names, key)
		case pysyntax.ListComp, pysyntax.GeneratorExp, pysyntax.Comprehension:
		case pysyntax.BinOp, pysyntax.Starred, pysyntax.IfExp, pysyntax.BoolOp, pysyntax.DictUnpack:
		case pysyntax.Attribute: // "...".split()
		case pysyntax.Keyword:
			names = append(names, string(tree.Ident(parent)))
			parent = tree.Parents()[parent]
			up = string(tree.Ident(tree.Child(parent))) == "dict"
		case pysyntax.Call:
			function := tree.Child(parent)
			if !collects[string(tree.Ident(function))] {
				return false
			}
			if tree.Kind(function) == pysyntax.Attribute && n != function {
				names, listed, up = append(names, string(tree.Ident(tree.Child(function)))), true, false
			}
		case pysyntax.Assign, pysyntax.AugAssign, pysyntax.AnnAssign:
			names, up = append(names, assignedName(tree, tree.Child(parent))), false
		case pysyntax.Return:
			names, up = append(names, functionAround(tree, parent)), false
		default:
			return false
		}
		n = parent
	}
	if slices.ContainsFunc(names, func(name string) bool {
		return neverRequired[strings.ToLower(name)] || described[name]
	}) {
		return false
	}
	return listed || slices.ContainsFunc(names, requiringName.MatchString)
}

// keyAbove is the key of a value in a dict display; isKey tells that the node is a key itself.
func keyAbove(tree *pysyntax.Tree, dict, n pysyntax.Node) (key string, isKey bool) {
	before := pysyntax.Node(0)
	for child := range tree.Children(dict) {
		switch {
		case tree.Kind(child) == pysyntax.DictUnpack:
			if child == n {
				return "", false
			}
		case before == 0 && child == n:
			return "", true
		case child == n:
			return text(tree, before), false
		case before == 0:
			before = child
		default:
			before = 0
		}
	}
	return "", false
}

// assignedName is the name that is assigned to: for an element of something the name of that.
func assignedName(tree *pysyntax.Tree, target pysyntax.Node) string {
	for tree.Kind(target) == pysyntax.Subscript {
		target = tree.Child(target)
	}
	return string(tree.Ident(target))
}
