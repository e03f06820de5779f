package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"aiohub/internal/output/finding"
	"aiohub/internal/output/place"
)

var sample = finding.Finding{
	Place: place.Place{File: "a b/é.py", Line: 7, Column: 4, EndLine: 7, EndColumn: 8, Start: 105, End: 109, Text: "é\t x.y() # z"},
	Code:  "AH101", Name: "green-yield",
	Severity: finding.Error, Message: "says so", Label: "because", Help: "do that", Safety: finding.Safe, Stage: 1,
}

func render(t *testing.T, format string, findings ...finding.Finding) string {
	t.Helper()
	var b bytes.Buffer
	rules := []finding.Descriptor{{Code: "AH101", Name: "green-yield", Title: "title", Severity: finding.Error, What: "what", Help: "help", Markdown: "# page"}}
	if err := Write(&b, format, &Report{Findings: findings, Rules: rules, Version: "1.2.3"}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFrame(t *testing.T) {
	want := strings.Join([]string{
		"a b/é.py:7:4: AH101 says so",
		"      7 | é        x.y() # z",
		"        |          ^^^^ because",
		"    help: do that   [safe fix: stage 1]",
		"", "",
	}, "\n")
	if diff := cmp.Diff(want, render(t, "full", sample)); diff != "" {
		t.Error(diff)
	}
}

func TestFrameOfALongLineKeepsThePlaceVisible(t *testing.T) {
	f := sample
	f.Text = strings.Repeat("x", 5000) + "here" + strings.Repeat("y", 5000)
	f.Column, f.EndColumn = 5001, 5005
	for line := range strings.Lines(render(t, "full", f)) {
		if n := len([]rune(line)); n > 200 {
			t.Errorf("a line of %d characters", n)
		}
	}
	if !strings.Contains(render(t, "full", f), "here") {
		t.Error("the place is not shown")
	}
}

// The carets stand below what the terminal shows, whatever room a character takes there.
func TestCarets(t *testing.T) {
	for _, test := range []struct {
		text         string
		column, end  int
		line, carets string
	}{
		{"x = 'ééé'; sleep(0)", 12, 17, "x = 'ééé'; sleep(0)", "           ^^^^^"},
		{"'漢字'; sleep()", 7, 12, "'漢字'; sleep()", "        ^^^^^"},
		{"f('漢字')", 3, 7, "f('漢字')", "  ^^^^^^"},
		{"'e\u0301'; x", 7, 8, "'e\u0301'; x", "     ^"},
		{"\tx\t= y", 6, 7, "        x       = y", "                  ^"},
		{"漢\tx", 3, 4, "漢      x", "        ^"},
		{"\fx", 2, 3, "\ufffdx", " ^"},
		{"'\u200b'; x", 6, 7, "'\ufffd'; x", "     ^"},
		{"x(", 1, 1, "x(", "^"},
	} {
		f := sample
		f.Label, f.Text, f.Column, f.EndColumn = "", test.text, test.column, test.end
		want := "      7 | " + test.line + "\n        | " + test.carets + "\n"
		if got := render(t, "full", f); !strings.Contains(got, "\n"+want) {
			t.Errorf("%q: got\n%s\nwant\n%s", test.text, got, want)
		}
	}
}

func TestFindingsCannotSteerTheTerminal(t *testing.T) {
	f := sample
	f.Text, f.File, f.Message = "\x1b[31mred\x07\xff", "a\x1b[2J.py", "m\x1b]0;x\x07"
	f.Column, f.EndColumn = 1, len(f.Text)
	for _, format := range []string{"full", "concise"} {
		if text := render(t, format, f); strings.ContainsAny(text, "\x1b\x07") || !utf8.ValidString(text) {
			t.Errorf("%s: %q", format, text)
		}
	}
}

func TestColoursOnlyWhenAsked(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, "full", &Report{Findings: []finding.Finding{sample}, Colour: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\x1b[1;31mAH101\x1b[0m") || strings.Contains(render(t, "full", sample), "\x1b") {
		t.Errorf("%q", b.String())
	}
}

func TestGithubEscapes(t *testing.T) {
	f := sample
	f.File, f.Message, f.Help = "a,b:c.py", "100%\nsure", ""
	want := "::error file=a%2Cb%3Ac.py,line=7,endLine=7,col=4,endColumn=8,title=AH101 green-yield::100%25%0Asure\n"
	if got := render(t, "github", f); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	f.EndLine = 9
	if got := render(t, "github", f); strings.Contains(got, "col=") {
		t.Errorf("columns across lines: %q", got)
	}
}

func TestFingerprintsStayWhenLinesMove(t *testing.T) {
	a, b := sample, sample
	b.Line, b.Start = 70, 1050
	moved := a
	moved.Line, moved.Text = 8, "    "+moved.Text
	first := fingerprints([]finding.Finding{a, b})
	if first[0] == first[1] {
		t.Error("two findings on equal lines are one")
	}
	if second := fingerprints([]finding.Finding{moved, b}); first[0] != second[0] {
		t.Error("a moved finding is another")
	}
}

func TestSarif(t *testing.T) {
	var log sarifLog
	decoder := json.NewDecoder(strings.NewReader(render(t, "sarif", sample)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if log.Version != "2.1.0" || len(run.Tool.Driver.Rules) != 1 || len(run.Results) != 1 {
		t.Fatalf("%+v", log)
	}
	result := run.Results[0]
	place := result.Locations[0].Physical
	if run.Tool.Driver.Rules[result.RuleIndex].ID != result.RuleID || place.Artifact.URI != "a%20b/%C3%A9.py" {
		t.Errorf("%+v", result)
	}
	if diff := cmp.Diff(sarifRegion{StartLine: 7, StartColumn: 4, EndLine: 7, EndColumn: 8, ByteOffset: 105, ByteLength: 4}, place.Region); diff != "" {
		t.Error(diff)
	}
	if text := render(t, "sarif"); !strings.Contains(text, `"results": []`) {
		t.Error("no findings have to be an empty list")
	}
}

func TestJUnitIsNeverEmpty(t *testing.T) {
	for _, findings := range [][]finding.Finding{nil, {sample}} {
		var doc junitSuites
		if err := xml.Unmarshal([]byte(render(t, "junit", findings...)), &doc); err != nil {
			t.Fatal(err)
		}
		if doc.Tests != 1 || doc.Failures != len(findings) || len(doc.Suites[0].Cases) != 1 {
			t.Errorf("%+v", doc)
		}
	}
}

// full is a disk without space.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space") }

func TestEveryFormatSaysWhenItCannotWrite(t *testing.T) {
	for _, format := range Formats {
		if err := Write(fullDisk{}, format, &Report{Findings: []finding.Finding{sample}}); err == nil {
			t.Errorf("%s: silence", format)
		}
	}
}

func TestEveryFormatTakesNothing(t *testing.T) {
	for format, want := range map[string]string{"full": "", "concise": "", "jsonl": "", "github": "", "json": "[]\n", "gitlab": "[]\n"} {
		if got := render(t, format); got != want {
			t.Errorf("%s: %q", format, got)
		}
	}
}
