package config

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"aiohub/internal/output/glyph"
)

// Show writes the configuration as the table that would bring it about, and behind each value where it comes from.
func (c *Config) Show(w io.Writer) error {
	var b strings.Builder
	because := ""
	if c.RootMark != "" {
		because = ", for its " + c.RootMark
	}
	fmt.Fprintf(&b, "# the tree is %s%s\n[tool.aiohub]\n", glyph.Line(c.Root), because)
	line := func(key, value string) {
		name := key[strings.LastIndexByte(key, '.')+1:]
		fmt.Fprintf(&b, "%s = %s  # %s\n", name, value, glyph.Line(string(c.origins[key])))
	}
	line("select", list(c.Select))
	line("ignore", list(c.Ignore))
	line("possible", strconv.FormatBool(c.Possible))
	line("target", quote(c.Target))
	line("exclude", list(c.Exclude))
	line("respect-gitignore", strconv.FormatBool(c.RespectGitignore))
	line("output-format", quote(c.OutputFormat))
	line("baseline", quote(c.Baseline))
	if c.Cache && c.CacheDir == "" {
		fmt.Fprintf(&b, "# cache-dir is not set: the user's own folder  # %s\n", c.origins["cache-dir"])
	} else {
		line("cache-dir", quote(c.CacheDir))
	}
	fmt.Fprintf(&b, "\n[tool.aiohub.per-file-ignores]  # %s\n", glyph.Line(string(c.origins["per-file-ignores"])))
	for _, pattern := range sortedKeys(c.PerFileIgnores) {
		fmt.Fprintf(&b, "%s = %s\n", quote(pattern), list(c.PerFileIgnores[pattern]))
	}
	b.WriteString("\n[tool.aiohub.runtime]\n")
	line("runtime.forbid", list(c.Runtime.Forbid))
	line("runtime.allow", list(c.Runtime.Allow))
	line("runtime.processes", list(c.Runtime.Processes))
	b.WriteString("\n[tool.aiohub.plan]\n")
	line("plan.patched", strconv.FormatBool(c.Plan.Patched))
	line("plan.blocking", list(c.Plan.Blocking))
	line("plan.never-blocks", list(c.Plan.NeverBlocks))
	line("plan.public", list(c.Plan.Public))
	line("plan.stays-sync", list(c.Plan.StaysSync))
	line("plan.step-lines", strconv.Itoa(c.Plan.StepLines))
	line("plan.step-files", strconv.Itoa(c.Plan.StepFiles))
	fmt.Fprintf(&b, "\n[tool.aiohub.plan.calls]  # %s\n", c.origins["plan.calls"])
	for _, call := range sortedKeys(c.Plan.Calls) {
		fmt.Fprintf(&b, "%s = %s\n", quote(call), list(c.Plan.Calls[call]))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func list(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = quote(value)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// quote writes a TOML basic string of characters that can be shown.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case !glyph.Shown(r):
			fmt.Fprintf(&b, "\\U%08x", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
