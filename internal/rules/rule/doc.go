package rule

import (
	"embed"
	"fmt"
	"strings"

	"aiohub/internal/output/finding"
)

// Doc is what is said about a rule: its page, doc.md beside its code. `aiohub rule`, the documentation and SARIF print
// it.
type Doc struct {
	Page  string // all of it
	Title string // half a sentence, without a full stop
	// Sections of the page, by their headings: What is reported; Why it is in the way; Before and After, in Python or
	// the file's own language; the Remedy, which is Rule.Help in one line; what the Fix means, and on which conditions;
	// the Pitfalls of a hasty rewrite.
	Sections map[string]string
	Since    string // version
}

//go:embed ah*/doc.md
var pages embed.FS

// Described completes a rule with what its page says: the name, the severity, what a fix may do, the remedy. A page
// that does not have these is a fault of the program: it panics.
func Described(r Rule) *Rule {
	page, err := pages.ReadFile(strings.ToLower(r.Code) + "/doc.md")
	if err == nil {
		err = r.describe(string(page))
	}
	if err != nil {
		panic(fmt.Sprintf("%s: doc.md: %v", r.Code, err))
	}
	return &r
}

// OfGraph gives a rule that looks at the call graph and says sentences of its own.
func OfGraph(code string, check func(*Pass), sentences ...string) *Rule {
	return Described(Rule{Code: code, Sentences: sentences, CheckGraph: check})
}

// describe reads a page:
//
//	# AH123 `what-it-finds`
//
//	What the rule is about, half a sentence.
//
//	Severity: warning. Since: 0.1.0.
//
//	## What
//	...
func (r *Rule) describe(page string) error {
	head, rest, _ := strings.Cut(page, "\n## ")
	paragraphs := strings.Split(strings.TrimSpace(head), "\n\n")
	if len(paragraphs) != 3 {
		return fmt.Errorf("it begins with a heading, a title and the severity")
	}
	var ok bool
	if r.Name, ok = strings.CutPrefix(paragraphs[0], "# "+r.Code+" `"); !ok {
		return fmt.Errorf("its heading is not that of %s", r.Code)
	}
	r.Name = strings.TrimSuffix(r.Name, "`")
	r.Doc.Page = page
	r.Doc.Title = half(paragraphs[1])
	facts := strings.Split(paragraphs[2], ". ")
	for _, fact := range facts {
		name, value, _ := strings.Cut(strings.TrimSuffix(fact, "."), ": ")
		switch name {
		case "Severity":
			r.Severity = finding.Severity(value)
		case "Since":
			r.Doc.Since = value
		case "Off by default":
			r.OptIn = true
		default:
			return fmt.Errorf("%q is nothing that is said there", fact)
		}
	}
	r.Doc.Sections = map[string]string{}
	for section := range strings.SplitSeq(rest, "\n## ") {
		heading, text, _ := strings.Cut(section, "\n")
		r.Doc.Sections[heading] = strings.TrimSpace(text)
	}
	r.Help = half(strings.Join(strings.Fields(r.Doc.Sections["Remedy"]), " "))
	kind, _, _ := strings.Cut(r.Doc.Sections["Fix"], ":")
	r.Fix = finding.Safety(strings.ToLower(kind))
	return nil
}

// half is a sentence as it stands in the midst of another.
func half(sentence string) string {
	sentence = strings.TrimSuffix(sentence, ".")
	if sentence == "" {
		return ""
	}
	return strings.ToLower(sentence[:1]) + sentence[1:]
}

// Descriptor returns what formats print about the rule.
func (r *Rule) Descriptor() finding.Descriptor {
	return finding.Descriptor{
		Code: r.Code, Name: r.Name, Title: r.Doc.Title, Severity: r.Severity, Help: r.Help, Markdown: r.Doc.Page,
		What: strings.Join(strings.Fields(r.Doc.Sections["What"]), " "),
	}
}
