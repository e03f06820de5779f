package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"aiohub/internal/output/finding"
)

type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
	End   int `json:"end"`
}

// gitlab writes a code quality report.
func gitlab(w io.Writer, r *Report) error {
	issues := make([]gitlabIssue, 0, len(r.Findings))
	prints := fingerprints(r.Findings)
	for i := range r.Findings {
		f := &r.Findings[i]
		severity := "major"
		switch f.Severity {
		case finding.Warning:
			severity = "minor"
		case finding.Note:
			severity = "info"
		}
		issues = append(issues, gitlabIssue{
			Description: f.Code + " " + f.Message, CheckName: f.Name, Fingerprint: prints[i], Severity: severity,
			Location: gitlabLocation{Path: f.File, Lines: gitlabLines{Begin: f.Line, End: f.EndLine}},
		})
	}
	return indented(w, issues)
}

// fingerprints gives each finding a name that stays when lines move: made of its code, its file, the text of its line
// and how many equal ones stand before it.
func fingerprints(findings []finding.Finding) []string {
	seen := map[string]int{}
	prints := make([]string, len(findings))
	for i := range findings {
		f := &findings[i]
		key := strings.Join([]string{f.Code, f.File, strings.TrimSpace(f.Text)}, "\x00")
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, seen[key]))
		seen[key]++
		prints[i] = hex.EncodeToString(sum[:16])
	}
	return prints
}
