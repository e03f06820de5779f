// Package baseline is the ratchet's memory: how many findings of each rule each file had when somebody last looked.
//
// The file is JSON, one line for each rule and file, sorted, without lines, columns or texts: code that only moves
// within a file changes nothing, and a fixed finding changes one line.
package baseline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"aiohub/internal/files/fence"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/glyph"
)

// Counts is the number of findings by code and file. No count in it is 0.
type Counts map[string]map[string]int

// Count counts findings.
func Count(findings []finding.Finding) Counts {
	counts := Counts{}
	for i := range findings {
		counts.add(findings[i].Code, findings[i].File, 1)
	}
	return counts
}

func (c Counts) add(code, file string, n int) {
	if c[code] == nil {
		c[code] = map[string]int{}
	}
	c[code][file] += n
}

// Of returns the count for a code and a file.
func (c Counts) Of(code, file string) int { return c[code][file] }

// Total returns the number of findings of a code.
func (c Counts) Total(code string) int {
	total := 0
	for _, n := range c[code] {
		total += n
	}
	return total
}

// Codes lists the codes that have a count, sorted.
func (c Counts) Codes() []string { return sorted(c) }

// Change is one count that differs.
type Change struct {
	Code, File  string
	Before, Now int
}

// Changes compares with what is now, in order of code and file; risen and fallen counts apart.
func (c Counts) Changes(now Counts) (risen, fallen []Change) {
	for _, code := range sorted(union(c, now)) {
		for _, file := range sorted(union(c[code], now[code])) {
			change := Change{code, file, c.Of(code, file), now.Of(code, file)}
			switch {
			case change.Now > change.Before:
				risen = append(risen, change)
			case change.Now < change.Before:
				fallen = append(fallen, change)
			}
		}
	}
	return risen, fallen
}

// AtLeast returns the counts, none of them less than it was before.
func (c Counts) AtLeast(before Counts) Counts {
	merged := Counts{}
	for code, files := range c {
		for file, n := range files {
			merged.add(code, file, n)
		}
	}
	for code, files := range before {
		for file, n := range files {
			merged.add(code, file, max(0, n-c.Of(code, file)))
		}
	}
	return merged
}

// Grown lists the codes whose total is larger now, sorted. A count that rises while its code's total does not is code
// that has moved to another file.
func (c Counts) Grown(now Counts) []string {
	var codes []string
	for _, code := range sorted(now) {
		if now.Total(code) > c.Total(code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// Merge returns now, and of c what a run that looked only at some codes and files has not seen.
func (c Counts) Merge(now Counts, looked func(code, file string) bool) Counts {
	merged := Counts{}
	for code, files := range c {
		for file, n := range files {
			if !looked(code, file) {
				merged.add(code, file, n)
			}
		}
	}
	for code, files := range now {
		for file, n := range files {
			merged.add(code, file, n)
		}
	}
	return merged
}

// Only returns the counts that a run looked at.
func (c Counts) Only(looked func(code, file string) bool) Counts {
	kept := Counts{}
	for code, files := range c {
		for file, n := range files {
			if looked(code, file) {
				kept.add(code, file, n)
			}
		}
	}
	return kept
}

const version = 1

// Format writes counts as the file's content.
func Format(counts Counts) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n  \"version\": %d,\n  \"counts\": {", version)
	for i, code := range sorted(counts) {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n    %s: {", quote(code))
		for j, file := range sorted(counts[code]) {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "\n      %s: %d", quote(file), counts[code][file])
		}
		b.WriteString("\n    }")
	}
	if len(counts) > 0 {
		b.WriteString("\n  ")
	}
	b.WriteString("}\n}\n")
	return b.Bytes()
}

func quote(s string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return strings.TrimSuffix(string(glyph.JSON(b.Bytes())), "\n")
}

// Load reads a baseline. exists is false, without an error, when there is none. shown is its path for messages.
func Load(file fence.File, shown string) (counts Counts, exists bool, err error) {
	content, err := file.Read()
	if errors.Is(err, fs.ErrNotExist) {
		return Counts{}, false, nil
	}
	if err != nil {
		return nil, false, fault.At(shown, 0, "cannot be read: "+err.Error(),
			"put a file there that can be read, or name another with --baseline")
	}
	counts, err = Parse(content, shown)
	return counts, err == nil, err
}

// Store replaces a baseline. An unchanged one is not touched.
func Store(file fence.File, counts Counts) error {
	content := Format(counts)
	if old, err := file.Read(); err == nil && bytes.Equal(old, content) {
		return nil
	}
	return file.Replace(content, 0o644)
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func union[V any](a, b map[string]V) map[string]bool {
	all := map[string]bool{}
	for key := range a {
		all[key] = true
	}
	for key := range b {
		all[key] = true
	}
	return all
}
