package rule

import (
	"strings"
	"testing"

	"aiohub/internal/output/finding"
)

const page = "# AH123 `what-it-finds`\n\nHalf a sentence.\n\nSeverity: error. Since: 1.2.0. Off by default: `select = [\"AH\", \"AH123\"]` turns it on.\n\n" +
	"## What\n\nTwo\nlines.\n\n## Before\n\n```py\n# none\n```\n\n## Remedy\n\n`x` is better.\n\n## Fix\n\nUnsafe: but often right.\n"

func TestDescribe(t *testing.T) {
	r := &Rule{Code: "AH123"}
	if err := r.describe(page); err != nil {
		t.Fatal(err)
	}
	if r.Name != "what-it-finds" || r.Severity != finding.Error || !r.OptIn || r.Fix != finding.Unsafe || r.Help != "`x` is better" {
		t.Errorf("%+v", r)
	}
	if r.Doc.Title != "half a sentence" || r.Doc.Since != "1.2.0" || r.Doc.Sections["Before"] != "```py\n# none\n```" {
		t.Errorf("%+v", r.Doc)
	}
	if d := r.Descriptor(); d.What != "Two lines." || d.Markdown != page {
		t.Errorf("%+v", d)
	}
}

func TestPagesThatAreNone(t *testing.T) {
	for _, test := range []struct{ from, to, want string }{
		{"AH123", "AH124", "its heading is not that of AH123"},
		{"Severity", "Gravity", `"Gravity: error" is nothing that is said there`},
		{"Half a sentence.\n\n", "", "it begins with a heading, a title and the severity"},
	} {
		err := (&Rule{Code: "AH123"}).describe(strings.ReplaceAll(page, test.from, test.to))
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.to, err, test.want)
		}
	}
}
