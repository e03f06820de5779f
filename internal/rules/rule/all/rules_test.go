package all_test

import (
	"path/filepath"
	"strings"
	"testing"

	"aiohub/internal/rules/rule/all"
	"aiohub/internal/rules/rule/ruletest"
)

// Every rule reports what the comments in its test files ask for, and nothing else.
func TestRules(t *testing.T) {
	for _, r := range all.Rules() {
		if r.Check == nil && r.CheckGraph == nil {
			continue // the driver reports for it
		}
		t.Run(r.Code+"-"+r.Name, func(t *testing.T) {
			t.Parallel()
			ruletest.Run(t, r, filepath.Join("..", strings.ToLower(r.Code), "testdata"))
		})
	}
}
