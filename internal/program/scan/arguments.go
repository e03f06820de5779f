package scan

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/knowledge"
)

// Programs start programs: ["gunicorn", "-k", "eventlet"], "celery worker -P eventlet",
// app.worker_main(["--pool=eventlet"]). They install, too: ["pip", "install", "eventlet"], session.install("eventlet").

// startsCommand tells of a string with space in it whether it is a command, and no sentence with one in it.
var startsCommand = regexp.MustCompile(
	`^\s*(?:[A-Z_]+=\S*\s+)*(?:exec\s+|(?:\S*/)?python[0-9.]*\s+-m\s+)?(?:\S*/)?(?:gunicorn|celery|chaussette|pip|uv|poetry|pipenv|-)`,
)

// commandRecords finds the options that choose eventlet, and the installations of it, in the lists and strings of
// Python code that are commands, and in the arguments of nox's and invoke's.
func commandRecords(tree *pysyntax.Tree) []Record {
	var records []Record
	find := func(words []word) {
		installed := installedBy(words)
		for at, distribution := range installed {
			r := textRecord(Requirement, distribution, at, 0, len(distribution), Command)
			records = append(records, r)
		}
		for _, c := range chosen(words) {
			if installed[c.start] == "" {
				records = append(records,
					textRecord(Option, string(tree.Src[c.start:c.end]), c.start, 0, c.end-c.start, Context(c.option)))
			}
		}
	}
	named := places(tree.Src)
	tree.Walk(tree.Root(), func(n pysyntax.Node) bool {
		if !within(named, tree.Start(n), tree.End(n)) {
			return false
		}
		switch tree.Kind(n) {
		case pysyntax.List, pysyntax.Tuple:
			find(append(callee(tree, n), elements(tree, n)...))
		case pysyntax.Call:
			if command := installing(tree, n); command != nil {
				find(append(command, elements(tree, n)...))
			} else if startsProgram(tree, n) {
				find(elements(tree, n))
			}
		case pysyntax.Constant:
			// Dotted names are looked at as such.
			if text, at, ok := literal(tree, n); ok && strings.ContainsAny(text, "#:") && choices.MatchString(text) {
				if name := setting(tree, n); isOption(name, "") {
					records = append(records, textRecord(Option, text, at, 0, len(text), Context(name)))
				}
			}
			parent := tree.Parents()[n]
			switch tree.Kind(parent) {
			case pysyntax.List, pysyntax.Tuple, pysyntax.ExprStmt: // looked at as a whole; prose
				return true
			}
			if text, at, ok := literal(tree, n); ok && strings.Contains(text, knowledge.Root) &&
				startsCommand.MatchString(text) {
				find(append(variable(tree, n), moved(wordsOf(text), at)...))
			}
		case pysyntax.JoinedStr:
			if first := tree.Child(n); tree.Kind(first) == pysyntax.Constant && startsCommand.Match(tree.Text(first)) {
				find(append(variable(tree, n), formatted(tree, n)...))
			}
			return false
		}
		return true
	}, nil)
	return records
}

// variable is the name of the variable of the environment that a command is the value of, if it names a program:
// os.environ["GUNICORN_CMD_ARGS"] = "-k eventlet".
func variable(tree *pysyntax.Tree, value pysyntax.Node) []word {
	name := setting(tree, value)
	if call := tree.Parents()[value]; tree.Kind(call) == pysyntax.Call {
		name = text(tree, tree.Next(tree.Child(call)))
	}
	if name == "" || strings.ContainsAny(name, " \n") || !programs.MatchString(name) {
		return nil
	}
	return []word{{text: name, at: int(tree.Start(value))}}
}

// formatted is the words of an f-string.
func formatted(tree *pysyntax.Tree, n pysyntax.Node) []word {
	var words []word
	for part := range tree.Children(n) {
		if tree.Kind(part) == pysyntax.Constant {
			words = append(words, moved(wordsOf(string(tree.Text(part))), int(tree.Start(part)))...)
		} else {
			words = append(words, word{text: "?", at: int(tree.Start(part))})
		}
	}
	return words
}

// places are the offsets at which a file names eventlet.
func places(src []byte) []uint32 {
	var found []uint32
	for at := 0; ; at++ {
		i := bytes.Index(src[at:], []byte(knowledge.Root))
		if i < 0 {
			return found
		}
		at += i
		found = append(found, uint32(at))
	}
}

// within tells whether one of the places, sorted, lies in a range.
func within(places []uint32, start, end uint32) bool {
	i, _ := slices.BinarySearch(places, start)
	return i < len(places) && places[i] < end
}

// elements is the words of a list of strings.
func elements(tree *pysyntax.Tree, list pysyntax.Node) []word {
	if !bytes.Contains(tree.Text(list), []byte(knowledge.Root)) {
		return nil
	}
	var words []word
	for n := range tree.Children(list) {
		switch text, at, ok := literal(tree, n); {
		case !ok:
			words = append(words, word{text: "?", at: int(tree.Start(n))})
		case strings.ContainsAny(text, " \n"):
			words = append(words, moved(wordsOf(text), at)...)
		default:
			words = append(words, word{text: text, at: at})
		}
	}
	return words
}

// callee is the name of the program that a list is the arguments of, if a method says which.
func callee(tree *pysyntax.Tree, list pysyntax.Node) []word {
	call := tree.Parents()[list]
	if tree.Kind(call) == pysyntax.Keyword {
		call = tree.Parents()[call]
	}
	if tree.Kind(call) == pysyntax.Call && string(tree.Ident(tree.Child(call))) == "worker_main" {
		return []word{{text: "celery", at: int(tree.Start(list))}}
	}
	return nil
}

// startsProgram tells whether the arguments of a call are a command: session.run("celery", "-P", "eventlet").
func startsProgram(tree *pysyntax.Tree, call pysyntax.Node) bool {
	for n := range tree.Children(call) {
		switch word := text(tree, n); word {
		case "gunicorn", "celery", "chaussette":
			return true
		default:
			if installers.MatchString(word) {
				return true
			}
		}
	}
	return false
}

// setting is the name of what a value is given to: a variable or an attribute, a keyword, a key. It is "" if there is none.
func setting(tree *pysyntax.Tree, value pysyntax.Node) string {
	parent := tree.Parents()[value]
	switch tree.Kind(parent) {
	case pysyntax.Keyword:
		return string(tree.Ident(parent))
	case pysyntax.Assign, pysyntax.AnnAssign:
		target := tree.Child(parent)
		if tree.Kind(target) == pysyntax.Subscript {
			return text(tree, tree.Next(tree.Child(target)))
		}
		return string(tree.Ident(target))
	case pysyntax.Dict:
		key, _ := keyAbove(tree, parent, value)
		return key
	}
	return ""
}

// text is the text of a string, "" for anything else.
func text(tree *pysyntax.Tree, n pysyntax.Node) string {
	s, _ := tree.StringValue(n)
	return s
}

// installing is the command that a call of nox's session is, if it installs.
func installing(tree *pysyntax.Tree, call pysyntax.Node) []word {
	if function := tree.Child(call); tree.Kind(function) == pysyntax.Attribute &&
		(string(tree.Ident(function)) == "install" || string(tree.Ident(function)) == "conda_install") &&
		string(tree.Text(tree.Child(function))) == "session" {
		at := int(tree.Start(function))
		return []word{{text: "pip", at: at}, {text: "install", at: at}}
	}
	return nil
}

// literal is the text of a string and where it stands, if that is one literal that reads as it is written.
func literal(tree *pysyntax.Tree, n pysyntax.Node) (text string, at int, ok bool) {
	value, ok := tree.StringValue(n)
	if !ok || value == "" {
		return "", 0, false
	}
	i := bytes.Index(tree.Text(n), []byte(value))
	return value, int(tree.Start(n)) + i, i >= 0
}

func moved(words []word, by int) []word {
	for i := range words {
		words[i].at += by
	}
	return words
}

// yield leaves to the commands and requirements what they say more about than that there is a string.
func yield(options, records []Record) []Record {
	for i := range options {
		o := &options[i]
		if o.Kind != Option && o.Kind != Requirement {
			continue
		}
		records = slices.DeleteFunc(records, func(r Record) bool {
			inside := r.Kind == String && r.Start <= o.Start && o.End <= r.End
			if inside {
				o.Func = r.Func
			}
			return inside
		})
	}
	return records
}
