package nearest

import "testing"

func TestWord(t *testing.T) {
	keys := []string{"select", "ignore", "exclude", "per-file-ignores", "output-format"}
	for word, want := range map[string]string{
		"selct": "select", "ingore": "ignore", "per-file-ignore": "per-file-ignores", "exlcude": "exclude", "xyz": "", "outputformat": "output-format", "SELECT": "select",
	} {
		if got := Word(word, keys); got != want {
			t.Errorf("Word(%q) = %q, want %q", word, got, want)
		}
	}
}
