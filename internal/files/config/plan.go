package config

import "strings"

// Plan are the answers that `aiohub plan` asks for; see docs/plan.md.
type Plan struct {
	Patched     bool                // the code is only used under monkey_patch
	Blocking    []string            // functions, of the tree or outside it, that block
	NeverBlocks []string            // functions that do not, whatever they call
	Public      []string            // functions that others call: they keep a sync face
	StaysSync   []string            // functions that stay def
	StepLines   int                 // how many lines a step may change, by estimate
	StepFiles   int                 // how many files a step may touch
	Calls       map[string][]string // calls whose target is not known, and what they call
}

// planTable is [tool.aiohub.plan] as it is written.
type planTable struct {
	Patched     *bool               `toml:"patched"`
	Blocking    *[]string           `toml:"blocking"`
	NeverBlocks *[]string           `toml:"never-blocks"`
	Public      *[]string           `toml:"public"`
	StaysSync   *[]string           `toml:"stays-sync"`
	StepLines   *int                `toml:"step-lines"`
	StepFiles   *int                `toml:"step-files"`
	Calls       map[string][]string `toml:"calls"`
}

func (p *Plan) take(from *planTable) {
	set(&p.Patched, from.Patched)
	set(&p.Blocking, from.Blocking)
	set(&p.NeverBlocks, from.NeverBlocks)
	set(&p.Public, from.Public)
	set(&p.StaysSync, from.StaysSync)
	set(&p.StepLines, from.StepLines)
	set(&p.StepFiles, from.StepFiles)
	p.Calls = from.Calls
}

// Place says where a key of the configuration stands: the file and the line, or nothing for a default.
func (c *Config) Place(key string) (path string, line int) {
	origin, ok := c.origins[key]
	if !ok && strings.HasPrefix(key, "plan.calls.") {
		origin = c.origins["plan.calls"]
	}
	if path, ok := cutLine(string(origin), &line); ok {
		return path, line
	}
	return "", 0
}
