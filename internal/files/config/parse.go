package config

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"aiohub/internal/files/glob"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/nearest"
	"aiohub/internal/output/view"
)

// document is the part of a pyproject.toml that is ours. Pointers tell a missing value from an empty one.
type document struct {
	Tool struct {
		Aiohub struct {
			Select           *[]string           `toml:"select"`
			Ignore           *[]string           `toml:"ignore"`
			Possible         *bool               `toml:"possible"`
			Target           *string             `toml:"target"`
			PerFileIgnores   map[string][]string `toml:"per-file-ignores"`
			Exclude          *[]string           `toml:"exclude"`
			RespectGitignore *bool               `toml:"respect-gitignore"`
			OutputFormat     *string             `toml:"output-format"`
			Baseline         *string             `toml:"baseline"`
			CacheDir         *string             `toml:"cache-dir"`
			Runtime          struct {
				Forbid    *[]string `toml:"forbid"`
				Allow     *[]string `toml:"allow"`
				Processes *[]string `toml:"processes"`
			} `toml:"runtime"`
			Plan planTable `toml:"plan"`
		} `toml:"aiohub"`
	} `toml:"tool"`
}

// mentions tells whether a pyproject.toml may have our table; parse decides.
func mentions(content []byte) bool {
	lines := lineOfKeys(content)
	if lines == nil {
		// Not valid: whether the table is in there is for the error to say, if the name is.
		return bytes.Contains(content, []byte("aiohub")) && bytes.Contains(content, []byte("tool"))
	}
	return slices.ContainsFunc(lines,
		func(k keyLine) bool { return k.path[0] == "tool" && len(k.path) > 1 && k.path[1] == "aiohub" })
}

func parse(root, file string, content []byte, where view.View) (*Config, error) {
	c := Default(root)
	c.File, c.View = file, where
	name := file
	if absolute, err := filepath.Abs(file); err == nil {
		name = where.Path(absolute)
	}
	var doc document
	decoder := toml.NewDecoder(bytes.NewReader(content)).DisallowUnknownFields()
	err := decoder.Decode(&doc)
	var strict *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &strict):
		if err := unknownKeys(name, strict); err != nil {
			return nil, err
		}
	case errors.As(err, &wrong):
		line, _ := wrong.Position()
		for _, key := range lineOfKeys(content) {
			if slices.Equal(key.path, wrong.Key()) {
				line = max(line, key.line) // of a list in a list the decoder says that it is in line 1
			}
		}
		if message, hint := wrongType(wrong.Key()); message != "" {
			return nil, fault.At(name, line, message, hint)
		}
		if bytes.HasPrefix(content, []byte("\xef\xbb\xbf")) {
			return nil, fault.At(
				name,
				1,
				"begins with a byte order mark, which TOML does not allow",
				"save it as UTF-8 without one",
			)
		}
		return nil, fault.At(name, line, strings.TrimPrefix(wrong.Error(), "toml: "), "correct the line and run again")
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	for _, key := range lineOfKeys(content) {
		if len(key.path) > 2 && key.path[0] == "tool" && key.path[1] == "aiohub" {
			own := strings.Join(key.path[2:], ".")
			if strings.HasPrefix(own, "plan.calls.") {
				c.origins[own] = Origin(fmt.Sprintf("%s:%d", name, key.line))
				continue
			}
			origin := Origin(fmt.Sprintf("%s:%d", name, key.line))
			if key.path[2] == "per-file-ignores" {
				c.origins[own] = origin // of this pattern
				own = "per-file-ignores"
				if c.origins[own] != defaultOrigin {
					continue // the first line stands for the table
				}
			}
			if _, known := c.origins[own]; known {
				c.origins[own] = origin
			}
		}
	}
	from := doc.Tool.Aiohub
	set(&c.Select, from.Select)
	set(&c.Ignore, from.Ignore)
	set(&c.Possible, from.Possible)
	set(&c.Target, from.Target)
	set(&c.Exclude, from.Exclude)
	set(&c.RespectGitignore, from.RespectGitignore)
	set(&c.OutputFormat, from.OutputFormat)
	set(&c.Baseline, from.Baseline)
	set(&c.CacheDir, from.CacheDir)
	c.Cache = from.CacheDir == nil || *from.CacheDir != ""
	set(&c.Runtime.Forbid, from.Runtime.Forbid)
	set(&c.Runtime.Allow, from.Runtime.Allow)
	set(&c.Runtime.Processes, from.Runtime.Processes)
	c.PerFileIgnores = from.PerFileIgnores
	c.Plan.take(&from.Plan)
	for key, n := range map[string]int{"plan.step-lines": c.Plan.StepLines, "plan.step-files": c.Plan.StepFiles} {
		if n < 1 {
			return nil, c.Invalid(key,
				fmt.Sprintf("%s = %d: a step has to have room for something", strings.TrimPrefix(key, "plan."), n),
				"give a number above 0")
		}
	}
	if c.Target != "" && !slices.Contains(Targets, c.Target) {
		return nil, c.Invalid("target", fmt.Sprintf("unknown target %q", c.Target),
			"the targets are "+strings.Join(Targets, ", "))
	}
	if _, err := glob.ParseList(c.Exclude); err != nil {
		return nil, c.Invalid("exclude", err.Error(), "patterns are written as in a .gitignore")
	}
	for _, pattern := range sortedKeys(c.PerFileIgnores) {
		if _, err := glob.ParseList([]string{pattern}); err != nil {
			return nil, c.Invalid("per-file-ignores."+pattern, err.Error(), "patterns are written as in a .gitignore")
		}
	}
	if _, err := c.BaselineFile(); err != nil {
		return nil, err
	}
	if _, err := c.within("cache-dir", c.CacheDir,
		"name a path in the tree, or leave it out; the variable AIOHUB_CACHE_DIR takes any"); c.CacheDir != "" && err != nil {
		return nil, err
	}
	return c, nil
}

// wants says for each key what its value has to be, and an example.
var wants = map[string][2]string{
	"": {"a table", "[tool.aiohub]"},
	"plan": {
		"a table of lists of strings, of numbers, and of true or false",
		"plan = {patched = true, step-lines = 250}",
	},
	"plan.patched":      {"true or false", "patched = true"},
	"plan.blocking":     {"a list of strings", `blocking = ["package.module:function"]`},
	"plan.never-blocks": {"a list of strings", `never-blocks = ["package.module:function"]`},
	"plan.public":       {"a list of strings", `public = ["package.module:function"]`},
	"plan.stays-sync":   {"a list of strings", `stays-sync = ["package.module:function"]`},
	"plan.step-lines":   {"a number", "step-lines = 250"},
	"plan.step-files":   {"a number", "step-files = 10"},
	"plan.calls": {
		"a table of lists of strings",
		`calls = {"package.module:function:x.run" = ["package.module:Class.run"]}`,
	},
	"select":            {"a list of strings", `select = ["AH1", "green-sleep"]`},
	"ignore":            {"a list of strings", `ignore = ["AH303"]`},
	"possible":          {"true or false", "possible = true"},
	"target":            {"a string", `target = "threads"`},
	"per-file-ignores":  {"a table of lists of strings", `per-file-ignores = {"tests/*" = ["AH301"]}`},
	"exclude":           {"a list of strings", `exclude = ["vendor/"]`},
	"respect-gitignore": {"true or false", "respect-gitignore = false"},
	"output-format":     {"a string", `output-format = "concise"`},
	"baseline":          {"a string", `baseline = "ci/aiohub-baseline.json"`},
	"cache-dir":         {"a string", `cache-dir = "build/cache"`},
	"runtime":           {"a table of lists of strings", `runtime = {forbid = ["package.module"]}`},
	"runtime.forbid":    {"a list of strings", `forbid = ["package.module"]`},
	"runtime.allow":     {"a list of strings", `allow = ["package.module"]`},
	"runtime.processes": {"a list of strings", `processes = ["program*"]`},
}

// wrongType is the message about a key of ours whose value is of another type than it takes, "" for any other key.
func wrongType(key []string) (message, hint string) {
	if len(key) == 1 && key[0] == "tool" {
		return `"tool" has to be a table`, "as in `[tool.aiohub]`"
	}
	if len(key) < 2 || key[0] != "tool" || key[1] != "aiohub" {
		return "", ""
	}
	for own := key[2:]; ; own = own[:len(own)-1] {
		if want, known := wants[strings.Join(own, ".")]; known {
			name := "tool.aiohub"
			if len(own) > 0 {
				name = own[len(own)-1]
			}
			return fmt.Sprintf("%q has to be %s", name, want[0]), "as in `" + want[1] + "`"
		}
	}
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// unknownKeys turns the keys that nothing in document takes into faults; other tools' tables are none.
func unknownKeys(name string, strict *toml.StrictMissingError) error {
	var faults []error
	for _, each := range strict.Errors {
		key := each.Key()
		if len(key) < 3 || key[0] != "tool" || key[1] != "aiohub" {
			continue
		}
		table, own := strings.Join(key[:len(key)-1], "."), key[len(key)-1]
		prefix := strings.Join(key[2:len(key)-1], ".")
		var candidates []string
		for _, known := range Keys {
			if prefix == "" {
				first, _, _ := strings.Cut(known, ".")
				candidates = append(candidates, first)
			} else if rest, ok := strings.CutPrefix(known, prefix+"."); ok {
				candidates = append(candidates, rest)
			}
		}
		hint := "the keys are " + strings.Join(slices.Compact(candidates), ", ")
		if meant := nearest.Word(own, candidates); meant != "" {
			hint = fmt.Sprintf("did you mean %q?", meant)
		}
		line, _ := each.Position()
		faults = append(faults, fault.At(name, line, fmt.Sprintf("unknown key %q in [%s]", own, table), hint))
	}
	return errors.Join(faults...)
}

type keyLine struct {
	path []string
	line int
}

// lineOfKeys lists every table header and key of a document with its line; nil if it is no valid TOML.
func lineOfKeys(content []byte) []keyLine {
	lines := []keyLine{}
	var parser unstable.Parser
	parser.Reset(content)
	var table []string
	for parser.NextExpression() {
		expression := parser.Expression()
		var path []string
		if expression.Kind == unstable.KeyValue {
			path = slices.Clone(table)
		}
		line := 0
		for it := expression.Key(); it.Next(); {
			path = append(path, string(it.Node().Data))
			if line == 0 {
				line = parser.Shape(it.Node().Raw).Start.Line
			}
		}
		if expression.Kind != unstable.KeyValue {
			table = path
		}
		lines = append(lines, keyLine{path, line})
		if value := expression.Value(); expression.Kind == unstable.KeyValue && value != nil &&
			value.Kind == unstable.InlineTable {
			lines = append(lines, inline(path, line, value)...)
		}
	}
	if parser.Error() != nil {
		return nil
	}
	return lines
}

// inline lists the keys of an inline table, which stands on one line.
func inline(above []string, line int, table *unstable.Node) []keyLine {
	var lines []keyLine
	for it := table.Children(); it.Next(); {
		path := slices.Clone(above)
		for key := it.Node().Key(); key.Next(); {
			path = append(path, string(key.Node().Data))
		}
		lines = append(lines, keyLine{path, line})
		if value := it.Node().Value(); value != nil && value.Kind == unstable.InlineTable {
			lines = append(lines, inline(path, line, value)...)
		}
	}
	return lines
}

func cutLine(origin string, line *int) (string, bool) {
	i := strings.LastIndexByte(origin, ':')
	if i < 0 {
		return "", false
	}
	n, err := strconv.Atoi(origin[i+1:])
	if err != nil {
		return "", false
	}
	*line = n
	return origin[:i], true
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
