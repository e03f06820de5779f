// Package config reads [tool.aiohub] of a pyproject.toml and remembers where each value came from.
//
// A Config is made once at the start of a run and not changed afterwards. Paths in it are as the user wrote them, relative
// to Root.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"aiohub/internal/fault"
	"aiohub/internal/fence"
)

// Origin says where a value came from: "default", "pyproject.toml:12", or "--select".
type Origin string

// Config is everything that steers a run, each with its origin under the key's name.
type Config struct {
	Root string // absolute, links resolved: the directory the tree starts at
	File string // the pyproject.toml read, or ""

	Select           []string
	Ignore           []string
	PerFileIgnores   map[string][]string
	Exclude          []string
	RespectGitignore bool
	OutputFormat     string
	Baseline         string
	Cache            bool   // keep the outcome of a run for the next one
	CacheDir         string // where, or "" for the user's own folder
	Runtime          Runtime
	Plan             Plan

	origins map[string]Origin
}

// Runtime says which modules and processes may no longer import eventlet; see docs/tool.md.
type Runtime struct {
	Forbid    []string // modules and packages of the project that may not
	Allow     []string // modules that may all the same
	Processes []string // programs in which nobody may
}

// Keys are the names of all keys, in the order in which they are shown.
var Keys = []string{
	"select", "ignore", "per-file-ignores", "exclude", "respect-gitignore", "output-format", "baseline", "cache-dir",
	"runtime.forbid", "runtime.allow", "runtime.processes",
	"plan.patched", "plan.blocking", "plan.never-blocks", "plan.public", "plan.stays-sync", "plan.calls",
}

const defaultOrigin Origin = "default"

// Default is the configuration of a project that has none.
func Default(root string) *Config {
	c := &Config{
		Root:             root,
		Select:           []string{"AH"},
		RespectGitignore: true,
		OutputFormat:     "full",
		Baseline:         "aiohub-baseline.json",
		Cache:            true,
		origins:          map[string]Origin{},
	}
	for _, key := range Keys {
		c.origins[key] = defaultOrigin
	}
	return c
}

// Origin returns where the value of key came from. One pattern's own line is under "per-file-ignores." and the pattern.
func (c *Config) Origin(key string) Origin { return c.origins[key] }

// Override records that a flag has set key.
func (c *Config) Override(key, flag string) { c.origins[key] = Origin(flag) }

// FromFlag is the origin of what the flag of this name has set.
func FromFlag(name string) Origin { return Origin("--" + name) }

// Load finds the project that path belongs to and reads its configuration.
//
// The project is the nearest directory, path itself or one above it, whose pyproject.toml has a [tool.aiohub] table;
// without one it is path, or path's directory if path is a file. file, if not empty, is read in place of what would be found.
func Load(path, file string) (*Config, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find the project of %s: %w", path, err)
	}
	if absolute, err = filepath.EvalSymlinks(absolute); err != nil {
		return nil, fmt.Errorf("find the project: %w", err)
	}
	info, err := os.Stat(absolute)
	if err != nil {
		return nil, fmt.Errorf("find the project: %w", err)
	}
	start := absolute
	if !info.IsDir() {
		start = filepath.Dir(absolute)
	}
	if file != "" {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read configuration: %w", err)
		}
		return parse(start, file, content)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		candidate := filepath.Join(dir, "pyproject.toml")
		content, err := readIn(dir)
		if err != nil {
			return nil, &fault.Error{Path: candidate, Message: "cannot be read: " + err.Error(), Hint: "put a file there that can be read, or name one with --config"}
		}
		if content != nil && mentions(content) {
			return parse(dir, candidate, content)
		}
		if dir == filepath.Dir(dir) {
			return Default(start), nil
		}
	}
}

// readIn reads the pyproject.toml of a directory; nil if there is none.
func readIn(dir string) ([]byte, error) {
	file, err := fence.Within(dir, "pyproject.toml")
	if err != nil {
		return nil, err
	}
	content, err := file.Read()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return content, err
}

// shown is the path of the configuration as messages name it: short inside the tree.
func shown(root, file string) string {
	absolute, err := filepath.Abs(file)
	if err != nil {
		return file
	}
	if relative, err := filepath.Rel(root, absolute); err == nil && filepath.IsLocal(relative) {
		return filepath.ToSlash(relative)
	}
	return file
}

// Invalid is the fault of one value, at the line the value is at.
func (c *Config) Invalid(key, message, hint string) error {
	origin := string(c.origins[key])
	var line int
	if path, ok := cutLine(origin, &line); ok {
		return &fault.Error{Path: path, Line: line, Message: message, Hint: hint}
	}
	return &fault.Error{Message: origin + ": " + message, Hint: hint}
}

// BaselineFile is the file that Baseline names. What a configuration names lies in the tree, wherever the configuration was read from.
func (c *Config) BaselineFile() (fence.File, error) {
	if c.origins["baseline"] == FromFlag("baseline") {
		file, err := fence.Named(c.Root, c.Baseline)
		if err != nil {
			return file, c.Invalid("baseline", fmt.Sprintf("%q %v", c.Baseline, err), "name a file in a directory that exists")
		}
		return file, nil
	}
	return c.within("baseline", c.Baseline, "name a path in the tree; --baseline takes any")
}

// within is the file that the value of a key names.
func (c *Config) within(key, value, hint string) (fence.File, error) {
	file, err := fence.Within(c.Root, value)
	if err != nil {
		return file, c.Invalid(key, fmt.Sprintf("%q %v", value, err), hint)
	}
	return file, nil
}
