package scan

import (
	"regexp"
	"strings"
)

// Keys of conda's environments and recipes, of pre-commit and the like, below which lists of requirements are.
var yamlKeys = map[string]bool{"dependencies": true, "pip": true, "requirements": true, "run": true, "host": true,
	"build": true, "requires": true, "additional_dependencies": true, "run_constrained": true}

var yamlKey = regexp.MustCompile(`^([ \t]*(?:- +)?)["']?([\w.-]+)["']?:(?:[ \t]+|$)`)

// yamlList is a key with a list in brackets, within another list: dependencies: [python, {pip: [eventlet]}].
var yamlList = regexp.MustCompile(`^\s*\{?\s*\w+\s*:\s*\[`)

// nameOption is what Ansible's module pip installs, in the short form: pip: name=eventlet state=present.
var nameOption = regexp.MustCompile(`(?:^|\s)name=["']?`)

// inYAML reads lists of requirements: one element a line, or in brackets behind the key.
func inYAML(src string) []requirement {
	var y yamlReader
	eachLine(src, y.line)
	return y.found
}

type yamlReader struct {
	found    []requirement
	requires bool // what comes next are requirements
	indent   int  // of the key that says so
	module   int  // 1 more than the indent of Ansible's module pip, whose parameters come next; else 0
}

func (y *yamlReader) line(line string, at int) {
	if strings.TrimSpace(line) == "" {
		return
	}
	if m := yamlKey.FindStringSubmatchIndex(line); m != nil {
		y.key(line[m[4]:m[5]], m[3], line[m[1]:], at+m[1])
		return
	}
	element := strings.TrimLeft(line, " \t")
	depth := len(line) - len(element)
	if rest, ok := strings.CutPrefix(element, "- "); ok && y.requires && depth >= y.indent-2 {
		y.found = append(y.found, unquoted(rest, at+len(line)-len(rest))...)
	}
}

func (y *yamlReader) key(key string, indent int, value string, at int) {
	inModule := y.module > 0 && indent >= y.module
	if !inModule {
		y.module = 0
	}
	switch {
	case key == "pip" || strings.HasSuffix(key, ".pip"):
		y.module = indent + 1
		if m := nameOption.FindStringIndex(value); m != nil {
			y.found = append(y.found, unquoted(firstWord(value[m[1]:]), at+m[1])...)
		}
	case inModule && key == "name":
		if !strings.HasPrefix(value, "[") {
			y.found = append(y.found, unquoted(value, at)...)
		}
	}
	y.requires, y.indent = yamlKeys[key] || y.module == indent+1 || inModule && key == "name", indent
	if y.requires && strings.HasPrefix(value, "[") {
		y.brackets(value[1:], at+1)
	}
}

func (y *yamlReader) brackets(list string, at int) {
	for element := range strings.SplitSeq(strings.TrimRight(list, "]} \t"), ",") {
		inner := len(yamlList.FindString(element))
		y.found = append(y.found, unquoted(strings.TrimRight(element[inner:], "]} \t"), at+inner)...)
		at += len(element) + 1
	}
}

// unquoted is specifier for text that may be in quotes.
func unquoted(text string, at int) []requirement {
	trimmed := strings.TrimLeft(text, " \t\"'")
	return specifier(strings.TrimRight(trimmed, " \t\"'"), at+len(text)-len(trimmed))
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}
