package port

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"aiohub/internal/output/finding"
)

// Count is how many places of a family are decided how.
type Count struct{ Safe, Unsafe, Manual int }

// Total is the sum.
func (c Count) Total() int { return c.Safe + c.Unsafe + c.Manual }

func (c *Count) add(safety finding.Safety) {
	switch safety {
	case finding.Safe:
		c.Safe++
	case finding.Unsafe:
		c.Unsafe++
	default:
		c.Manual++
	}
}

// Stats counts the uses and methods of a result by family, those of tests apart.
func (out *Result) Stats() (code, tests map[string]*Count) {
	code, tests = map[string]*Count{}, map[string]*Count{}
	for i := range out.Places {
		p := &out.Places[i]
		if !p.Counted {
			continue
		}
		of := code
		if p.Test {
			of = tests
		}
		if of[p.Family] == nil {
			of[p.Family] = &Count{}
		}
		of[p.Family].add(p.Safety())
	}
	return code, tests
}

// WriteStats prints what Stats counts as a table, and why a person is needed.
func (out *Result) WriteStats(w io.Writer) error {
	code, tests := out.Stats()
	for i, part := range []struct {
		title  string
		counts map[string]*Count
	}{{"code", code}, {"tests", tests}} {
		var sum Count
		families := slices.SortedFunc(maps.Keys(part.counts), func(a, b string) int {
			return cmp.Or(cmp.Compare(part.counts[b].Total(), part.counts[a].Total()), strings.Compare(a, b))
		})
		if i > 0 {
			fmt.Fprintln(w)
		}
		if _, err := fmt.Fprintf(w, "%-15s %7s %7s %7s %7s\n", part.title, "places", "safe", "unsafe", "manual"); err != nil {
			return err
		}
		for _, family := range families {
			c := part.counts[family]
			sum.Safe, sum.Unsafe, sum.Manual = sum.Safe+c.Safe, sum.Unsafe+c.Unsafe, sum.Manual+c.Manual
			fmt.Fprintf(w, "%-15s %7d %7d %7d %7d\n", family, c.Total(), c.Safe, c.Unsafe, c.Manual)
		}
		fmt.Fprintf(w, "%-15s %7d %6.1f%% %6.1f%% %6.1f%%\n", "all", sum.Total(), share(sum.Safe, sum),
			share(sum.Unsafe, sum), share(sum.Manual, sum))
	}
	return out.writeReasons(w)
}

func share(n int, of Count) float64 {
	if of.Total() == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of.Total())
}

// writeReasons says for each family of the code why not all of it is safe, the most frequent reason first.
func (out *Result) writeReasons(w io.Writer) error {
	type reason struct {
		family, note string
		rule         *Rule
	}
	counts := map[reason]int{}
	for i := range out.Places {
		if p := &out.Places[i]; p.Counted && !p.Test && p.Safety() != finding.Safe {
			counts[reason{p.Family, reasonOf(p.Note), p.Rule}]++
		}
	}
	list := slices.SortedFunc(maps.Keys(counts), func(a, b reason) int {
		return cmp.Or(strings.Compare(a.family, b.family), cmp.Compare(counts[b], counts[a]),
			strings.Compare(a.rule.Name, b.rule.Name), strings.Compare(a.note, b.note))
	})
	for i, r := range list {
		if i == 0 || list[i-1].family != r.family {
			fmt.Fprintf(w, "\n%s\n", r.family)
		}
		text := r.rule.Name + ": " + r.rule.Title
		if r.note != "" {
			text = r.rule.Name + ": " + r.note
		}
		if _, err := fmt.Fprintf(w, "%7d %-7s %s\n", counts[r], r.rule.Safety, text); err != nil {
			return err
		}
	}
	return nil
}

// reasonOf is the part of a note that many places share: without the place, and without the names of functions.
func reasonOf(note string) string {
	if file, rest, ok := strings.Cut(note, ": "); ok && strings.Contains(file, ".py:") {
		note = "shares its uses with a place where " + rest
	}
	if at := strings.Index(note, " holds it in a with block"); at >= 0 {
		note = "a function" + note[at:]
	}
	if strings.HasSuffix(note, " cannot be a coroutine function") {
		note = "the function around cannot be a coroutine function"
	}
	return note
}
