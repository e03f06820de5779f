package rule

import (
	"fmt"
	"strings"

	"aiohub/internal/output/nearest"
)

// Selection says which rules are on. A selector is a rule's name, its code, or the start of codes; of a selecting and
// an ignoring one the closer decides, and of equally close ones the ignoring.
type Selection struct {
	selected, ignored []string
}

// UnknownError is a selector that no rule answers to.
type UnknownError struct{ Selector, Meant string }

func (e *UnknownError) Error() string { return fmt.Sprintf("unknown rule %q", e.Selector) }

// NewSelection checks selectors against all rules and puts them together.
func NewSelection(all []*Rule, selected, ignored []string) (*Selection, error) {
	s := &Selection{}
	var err error
	if s.selected, err = resolve(all, selected); err != nil {
		return nil, err
	}
	if s.ignored, err = resolve(all, ignored); err != nil {
		return nil, err
	}
	return s, nil
}

// resolve turns names into codes and finds fault with what is neither a name nor the start of a code.
func resolve(all []*Rule, selectors []string) ([]string, error) {
	var codes []string
	for _, selector := range selectors {
		found := ""
		for _, r := range all {
			if r.Name == selector {
				found = r.Code
			} else if strings.HasPrefix(r.Code, selector) && selector != "" && selector != "A" {
				found = selector
			}
		}
		if found == "" {
			return nil, &UnknownError{selector, nearest.Word(selector, names(all))}
		}
		codes = append(codes, found)
	}
	return codes, nil
}

func names(all []*Rule) []string {
	var names []string
	for _, r := range all {
		names = append(names, r.Code, r.Name)
	}
	return names
}

// On tells whether the selection turns a rule on.
func (s *Selection) On(r *Rule) bool {
	on := closest(s.selected, r.Code)
	if r.OptIn && on < len(r.Code) {
		return false
	}
	return on > closest(s.ignored, r.Code)
}

// closest returns the length of the longest selector that a code starts with, or 0.
func closest(selectors []string, code string) int {
	length := 0
	for _, selector := range selectors {
		if strings.HasPrefix(code, selector) {
			length = max(length, len(selector))
		}
	}
	return length
}

// Find returns the rule with a code or a name, or nil.
func Find(all []*Rule, codeOrName string) *Rule {
	for _, r := range all {
		if strings.EqualFold(r.Code, codeOrName) || r.Name == codeOrName {
			return r
		}
	}
	return nil
}

// Nearest returns the code or the name that was probably meant, or "".
func Nearest(all []*Rule, word string) string { return nearest.Word(word, names(all)) }
