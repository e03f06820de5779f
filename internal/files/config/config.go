// Package config reads [tool.aiohub] of a pyproject.toml and remembers where each value came from.
//
// A Config is made once at the start of a run and not changed afterwards. Paths in it are as the user wrote them,
// relative to Root.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"aiohub/internal/files/fence"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/view"
)

// Origin says where a value came from: "default", "pyproject.toml:12", or "--select".
type Origin string

// Config is everything that steers a run, each with its origin under the key's name.
type Config struct {
	Root     string    // absolute, links resolved: the directory the tree starts at
	RootMark string    // what makes it the root, "" if nothing does
	Within   []string  // the parts of the tree that were asked for, as paths below Root; none for all of it
	Parts    []string  // the only parts there are, if nothing makes Root a root but that they are in it; none for all of it
	Apart    error     // why no baseline speaks for all that was asked for, if so
	File     string    // the pyproject.toml read, or ""
	View     view.View // of the tree

	Select           []string
	Ignore           []string
	PerFileIgnores   map[string][]string
	Possible         bool   // findings that are only possible count too
	Target           string // where the program goes or has gone: "", "asyncio" or "threads"
	Exclude          []string
	RespectGitignore bool
	OutputFormat     string
	Baseline         string
	Cache            bool   // keep the outcome of a run for the next one
	CacheDir         string // where, or "" for the user's own folder
	Runtime          Runtime
	Plan             Plan

	origins map[string]Origin
	asked   map[string]bool // Within as a set
}

// Runtime says which modules and processes may no longer import eventlet; see docs/tool.md.
type Runtime struct {
	Forbid    []string // modules and packages of the project that may not
	Allow     []string // modules that may all the same
	Processes []string // programs in which nobody may
}

// Targets are where a program on eventlet can go.
var Targets = []string{"asyncio", "threads"}

// Keys are the names of all keys, in the order in which they are shown.
var Keys = []string{
	"select", "ignore", "possible", "target", "per-file-ignores", "exclude", "respect-gitignore", "output-format",
	"baseline", "cache-dir", "runtime.forbid", "runtime.allow", "runtime.processes",
	"plan.patched", "plan.blocking", "plan.never-blocks", "plan.public", "plan.stays-sync", "plan.step-lines",
	"plan.step-files", "plan.calls",
}

const defaultOrigin Origin = "default"

// Default is the configuration of a project that has none.
func Default(root string) *Config {
	c := &Config{
		Plan:             Plan{StepLines: 250, StepFiles: 10},
		Root:             root,
		Select:           []string{"AH"},
		RespectGitignore: true,
		OutputFormat:     "full",
		Baseline:         BaselineName,
		Cache:            true,
		origins:          map[string]Origin{},
	}
	for _, key := range Keys {
		c.origins[key] = defaultOrigin
	}
	return c
}

// Covers tells whether a file belongs to the part of the tree that was asked for.
func (c *Config) Covers(file string) bool {
	if len(c.Within) == 0 {
		return true
	}
	for i := 0; i < len(file); i++ {
		if file[i] == '/' && c.asked[file[:i]] {
			return true
		}
	}
	return c.asked[file]
}

// Only narrows what was asked for, one directory, to a file in it, and returns its path below the root.
func (c *Config) Only(name string) string {
	if len(c.Within) > 0 {
		name = path.Join(c.Within[0], name)
	}
	c.ask(name)
	return name
}

func (c *Config) ask(paths ...string) {
	c.Within, c.asked = paths, map[string]bool{}
	for _, path := range paths {
		c.asked[view.Printable(path)] = true
	}
}

// Origin returns where the value of key came from. One pattern's own line is under "per-file-ignores." and the pattern.
func (c *Config) Origin(key string) Origin { return c.origins[key] }

// Override records that a flag has set key.
func (c *Config) Override(key, flag string) { c.origins[key] = Origin(flag) }

// FromFlag is the origin of what the flag of this name has set.
func FromFlag(name string) Origin { return Origin("--" + name) }

// Load finds the tree that paths belong to, as the user has typed them, and reads its configuration: that of the tree,
// or file if it is not empty. Of several paths it is the tree of the directory that all are in.
func Load(paths []string, file string) (*Config, error) {
	absolute := make([]string, len(paths))
	for i, path := range paths {
		if path == "" {
			return nil, fault.New("one of the paths is empty", "name a directory or a file that exists")
		}
		var err error
		if absolute[i], err = resolve(path); err != nil {
			return nil, fault.At(path, 0, "cannot be read: "+cause(err), "name a directory or a file that exists")
		}
	}
	start, err := commonDir(absolute)
	if err != nil {
		return nil, fmt.Errorf("find the root of the tree: %w", err)
	}
	root, err := findRoot(start, file != "")
	if err != nil {
		return nil, err
	}
	parts, apart, err := root.parts(paths, absolute, file != "")
	if err != nil {
		return nil, err
	}
	where := view.New(root.dir)
	for i, path := range absolute {
		where.Name(paths[i], path)
	}
	c, err := read(root, file, where)
	if err != nil {
		return nil, err
	}
	c.RootMark, c.Parts, c.Apart = root.why, parts, apart
	var asked []string
	for _, path := range absolute {
		if path == root.dir {
			return c, nil // all of it
		}
		below, err := filepath.Rel(root.dir, path)
		if err != nil {
			return nil, fmt.Errorf("find %s in the tree: %w", path, err)
		}
		asked = append(asked, filepath.ToSlash(below))
	}
	c.ask(asked...)
	return c, nil
}

// resolve makes a path absolute and free of links. Two dots lead above the directory that a link in front of them leads
// to, and above where the user really is, as for the system.
func resolve(path string) (string, error) {
	if !filepath.IsAbs(path) {
		here, err := standing()
		if err != nil {
			return "", err
		}
		path = here + string(filepath.Separator) + path
	}
	if _, err := os.Stat(path); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}

// standing is where the user is, without the links that he came through.
func standing() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(here)
}

// read reads the configuration of a tree.
func read(root mark, file string, where view.View) (*Config, error) {
	content := root.content
	switch {
	case file != "":
		var err error
		if content, err = os.ReadFile(file); err != nil {
			return nil, fault.At(file, 0, "cannot be read: "+cause(err), "name a file that can be read with --config")
		}
	case content == nil:
		// The root is known by something else, and may have a table all the same.
		file = filepath.Join(root.dir, "pyproject.toml")
		found, err := look(root.dir, marks[1])
		if err != nil {
			return nil, err
		}
		if content = found.content; content == nil {
			c := Default(root.dir)
			c.View = where
			return c, nil
		}
	default:
		file = filepath.Join(root.dir, "pyproject.toml")
	}
	return parse(root.dir, file, content, where)
}

func cause(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
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

// Invalid is the fault of one value, at the line the value is at.
func (c *Config) Invalid(key, message, hint string) error {
	origin := string(c.origins[key])
	var line int
	if path, ok := cutLine(origin, &line); ok {
		return fault.At(path, line, message, hint)
	}
	return fault.New(origin+": "+message, hint)
}

// BaselineFile is the file that Baseline names. What a configuration names lies in the tree, wherever the configuration
// was read from.
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
