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
		fmt.Fprintf(w, "%-15s %7d %6.1f%% %6.1f%% %6.1f%%\n", "all", sum.Total(), share(sum.Safe, sum), share(sum.Unsafe, sum), share(sum.Manual, sum))
	}
	return out.writeReasons(w)
}

func share(n int, of Count) float64 {
	if of.Total() == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of.Total())
}

func (out *Result) writeReasons(w io.Writer) error {
	counts := map[*Rule]int{}
	for i := range out.Places {
		if p := &out.Places[i]; p.Safety() != finding.Safe {
			counts[p.Rule]++
		}
	}
	first := true
	for _, rule := range Rules {
		if n := counts[rule]; n > 0 {
			if first {
				fmt.Fprintln(w)
				first = false
			}
			if _, err := fmt.Fprintf(w, "%7d %-7s %s: %s\n", n, rule.Safety, rule.Name, rule.Title); err != nil {
				return err
			}
		}
	}
	return nil
}
