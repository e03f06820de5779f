package series

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"aiohub/internal/output/finding"
)

// Lengths of what a message has, in characters: as most projects have them.
const (
	subjectLength = 50
	bodyLength    = 72

	numberLength = len(" (99)") // what subjects leave room for, see numbered
)

// mostLooks is how many places a message lists; behind them the diff has to speak.
const mostLooks = 20

// Message is the patch's commit message. tested says how it was tested beyond what is always done; trailers are its
// last lines.
func (p *Patch) Message(tested string, trailers []string) string {
	var b strings.Builder
	b.WriteString(p.Subject + "\n")
	for _, text := range p.Why {
		b.WriteString("\n" + wrap(text, "") + "\n")
	}
	for i, text := range p.Async {
		if i == 0 {
			b.WriteByte('\n')
		}
		b.WriteString(wrap("* "+text, "  ") + "\n")
	}
	if p.Left != "" {
		b.WriteString("\n" + wrap(p.Left, "") + "\n")
	}
	p.proved(&b)
	if len(p.Look) > 0 {
		b.WriteString("\nTo look at:\n\n")
		for i, text := range p.Look {
			if i == mostLooks {
				fmt.Fprintf(&b, "* and %d places more of these kinds\n", len(p.Look)-i)
				break
			}
			b.WriteString(wrap("* "+text, "  ") + "\n")
		}
	}
	how := "each file of the patch parses."
	if len(p.Tests) > 0 {
		how += " Tests that follow the code: " + strings.Join(p.Tests, ", ") + "."
	}
	if tested != "" {
		how += " " + tested
	}
	b.WriteString("\n" + wrap("Tested: "+how, "") + "\n")
	if len(trailers) > 0 {
		b.WriteString("\n" + strings.Join(trailers, "\n") + "\n")
	}
	return b.String()
}

// proved lists the rules with the conditions that hold at their places.
func (p *Patch) proved(b *strings.Builder) {
	for _, safety := range []finding.Safety{finding.Safe, finding.Unsafe} {
		begun := false
		for _, proof := range p.Proved {
			if proof.Rule.Safety != safety {
				continue
			}
			if !begun {
				begun = true
				b.WriteString(map[finding.Safety]string{
					finding.Safe:   "\nProved for each place:\n\n",
					finding.Unsafe: "\nDifferent from before, as --unsafe allows:\n\n",
				}[safety])
			}
			places := "1 place"
			if proof.Places > 1 {
				places = fmt.Sprintf("%d places", proof.Places)
			}
			b.WriteString(wrap(fmt.Sprintf("* %s, %s: %s", proof.Rule.Name, places, proof.Rule.Why), "  ") + "\n")
		}
	}
}

// wrap breaks a text into lines; the second and further ones are indented. A word that is longer than a line stays
// whole.
func wrap(text, indent string) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case column == 0:
		case column+1+length > bodyLength:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	return b.String()
}

// subject fits a name into a sentence: the front of a long name goes, component by component.
func subject(before, name, after string) string {
	short := name
	for utf8.RuneCountInString(before+short+after) > subjectLength-numberLength {
		_, rest, ok := strings.Cut(strings.TrimPrefix(short, "…"), ".")
		if !ok {
			runes := []rune(short)
			room := subjectLength - numberLength - utf8.RuneCountInString(before+after) - 1
			return before + string(runes[:max(min(room, len(runes)), 0)]) + "…" + after
		}
		short = rest
	}
	return before + short + after
}
