// Package nearest finds the word somebody probably meant.
package nearest

import "strings"

// Word returns the candidate closest to word, or "" if none is close enough to be worth suggesting: more than a third
// of the letters wrong is another word. Of equally close candidates the first wins, and before all others one that is
// the same but for upper and lower case.
func Word(word string, candidates []string) string {
	for _, candidate := range candidates {
		if strings.EqualFold(word, candidate) {
			return candidate
		}
	}
	best, limit := "", max(len(word)/3, 1)+1
	for _, candidate := range candidates {
		if d := distance(word, candidate); d < limit {
			best, limit = candidate, d
		}
	}
	return best
}

// distance counts insertions, deletions, changes and swaps of neighbours between a and b, in bytes.
func distance(a, b string) int {
	before, previous := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current := make([]int, len(b)+1)
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, previous = previous, current
	}
	return previous[len(b)]
}
