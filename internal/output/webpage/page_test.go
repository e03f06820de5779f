package webpage

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func sample() *Data {
	finding := Finding{File: "shop/<b>.py", Line: 3, Column: 5, Severity: "warning", Message: "`eventlet.sleep(0)` yields </script>", Help: "use `await asyncio.sleep(0)`", Source: "    eventlet.sleep(0)  # <i>"}
	finding.Frame(4, 17)
	return &Data{
		Version: Version, Project: "shop & co", Tool: "0.1.0", Files: 12, Lines: 3456, Uses: 17,
		Functions: Functions{All: 120, Async: 20, Must: 30, May: 10, Faces: 4},
		History:   []Point{{Commit: "aaa1111", Date: "2026-01-02", Total: 40}, {Commit: "bbb2222", Date: "2026-03-04", Total: 25}, {Commit: "ccc3333", Date: "2026-05-06", Total: 17}},
		Packages: []Package{
			{Name: "shop.api", Functions: Functions{All: 40, Must: 20, May: 5, Faces: 2}}, {Name: "shop.store", Functions: Functions{All: 50, Must: 10, May: 5, Faces: 2}},
			{Name: "shop.util", Functions: Functions{All: 30, Async: 20}},
		},
		Arrows:    []Arrow{{From: 0, To: 1, Calls: 7}, {From: 1, To: 0, Calls: 1}, {From: 1, To: 2, Calls: 3}},
		Programs:  []Program{{Entry: "shop/cmd.py", Must: 30, Faces: 4, Calls: 9, Blocking: []Blocker{{"time.sleep", 9}}}},
		Steps:     []Step{{Number: 1, Title: "shop.store", Files: 1, Lines: 20, Functions: []Function{{"shop.store:get", "shop/store.py", 12, "calls time.sleep in line 14"}}, Obstacles: []Place{{"shop/store.py", 12, "get: a decorator wraps it"}}}},
		Questions: []Question{{Text: "What does self.x call in shop.api:f?", File: "shop/api.py", Line: 9, Moves: 6, Paste: `calls."shop.api:f:self.x" = ["shop.store:get"]`}},
		Rules:     []Rule{{Code: "AH101", Name: "green-yield", Title: "A yield", Findings: []Finding{finding}}},
	}
}

func html(t *testing.T, d *Data) string {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, d); err != nil {
		t.Fatal(err)
	}
	// For looking at it: AIOHUB_TEST_PAGE=/tmp/page.html go test -run Page ./internal/output/webpage
	if path := os.Getenv("AIOHUB_TEST_PAGE"); path != "" {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestPageHasEverySection(t *testing.T) {
	page := html(t, sample())
	for _, id := range []string{"state", "progress", "modules", "programs", "plan", "questions", "findings"} {
		if !strings.Contains(page, `<section id="`+id+`">`) || !strings.Contains(page, `href="#`+id+`"`) {
			t.Errorf("no section %s, or no link to it", id)
		}
	}
}

func TestTextOfTheTreeIsText(t *testing.T) {
	page := html(t, sample())
	for _, wrong := range []string{"shop/<b>", "</script> ", "# <i>", "shop & co"} {
		if strings.Contains(page, wrong) {
			t.Errorf("%q is markup", wrong)
		}
	}
	if !strings.Contains(page, "<mark>eventlet.sleep(0)</mark>") {
		t.Error("the finding is not marked in its line")
	}
}

func TestPageNeedsNothingFromElsewhere(t *testing.T) {
	page := html(t, sample())
	for _, wrong := range []string{"http://", "https://", "src=", "@import", "url(h"} {
		if strings.Contains(page, wrong) {
			t.Errorf("the page has %q", wrong)
		}
	}
}

func TestAPageOfNothing(t *testing.T) {
	page := html(t, &Data{Project: "empty"})
	for _, id := range []string{"progress", "modules", "programs", "plan", "questions", "findings"} {
		if strings.Contains(page, `<section id="`+id+`">`) {
			t.Errorf("an empty section %s", id)
		}
	}
}

func TestTwoPagesAreTheSame(t *testing.T) {
	if first, second := html(t, sample()), html(t, sample()); first != second {
		t.Error("two pages of the same data differ")
	}
}

func TestWhatIsCalledStandsBelow(t *testing.T) {
	d := sample()
	layout(d.Packages, d.Arrows)
	if d.Packages[0].Y >= d.Packages[1].Y || d.Packages[1].Y >= d.Packages[2].Y {
		t.Errorf("%v: shop.api calls shop.store calls shop.util", d.Packages)
	}
}

func TestFramesStayInTheirLine(t *testing.T) {
	for _, at := range [][2]int{{-1, 3}, {0, 100}, {50, 1}, {3, -1}} {
		f := Finding{Source: "  é = sleep()"}
		f.Frame(at[0], at[1])
		if got := f.Before + f.Marked + f.After; !strings.Contains(f.Source, got) {
			t.Errorf("%v: %q", at, got)
		}
	}
}

func TestDataIsDocumentedJSON(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, sample()); err != nil {
		t.Fatal(err)
	}
	var back map[string]any
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if back["version"] != float64(Version) {
		t.Errorf("version %v", back["version"])
	}
}
