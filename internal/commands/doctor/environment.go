// Package doctor looks at the Python environment a program will run in. It executes nothing of the scanned tree: a
// virtual environment is read, and only an interpreter outside the tree is asked for its version and directories,
// isolated and without site packages.
package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	"unicode"

	"aiohub/internal/files/fence"
)

// Environment is a Python installation.
type Environment struct {
	Python  string   // the interpreter
	Version string   // 3.13.1
	Site    []string // directories with packages
	Chosen  string   // why it is the one that was looked at

	installed map[string]string // see packages
}

// askLimit ends an interpreter that does not answer.
const askLimit = 10 * time.Second

// Find returns the environment for the tree at root: that of the interpreter that was named; else the one that this
// program is installed in, if eventlet is too; else the active virtual environment, else one in the tree, else python3
// of the path.
func Find(ctx context.Context, root, python string) (*Environment, error) {
	if python != "" {
		return chosen("named with --python")(inspect(ctx, root, python))
	}
	if self, err := os.Executable(); err == nil {
		if env, err := virtual(filepath.Dir(filepath.Dir(self))); err == nil && env.Package("eventlet") != "" {
			return chosen("aiohub is installed there")(env, nil)
		}
	}
	for _, place := range [][2]string{
		{os.Getenv("VIRTUAL_ENV"), "VIRTUAL_ENV names it"}, {filepath.Join(root, ".venv"), "it is in the tree"},
		{filepath.Join(root, "venv"), "it is in the tree"},
	} {
		if place[0] == "" {
			continue
		}
		if env, err := virtual(place[0]); err == nil {
			return chosen(place[1])(env, nil)
		}
	}
	found, err := exec.LookPath("python3")
	if err != nil {
		return nil, errors.New("no Python found; name one with --python")
	}
	return chosen("the first python3 of the path; --python names another")(inspect(ctx, root, found))
}

// chosen notes why an environment was chosen.
func chosen(why string) func(*Environment, error) (*Environment, error) {
	return func(env *Environment, err error) (*Environment, error) {
		if env != nil {
			env.Chosen = why
		}
		return env, err
	}
}

// virtual reads the virtual environment in dir.
func virtual(dir string) (*Environment, error) {
	content, err := read(dir, "pyvenv.cfg")
	if err != nil {
		return nil, err
	}
	env := &Environment{Python: filepath.Join(dir, "bin", "python")}
	packages := filepath.Join("lib*", "python3*", "site-packages")
	if runtime.GOOS == "windows" {
		env.Python, packages = filepath.Join(dir, "Scripts", "python.exe"), filepath.Join("Lib", "site-packages")
	}
	for line := range strings.Lines(string(content)) {
		key, value, _ := strings.Cut(line, "=")
		switch strings.TrimSpace(key) {
		case "version", "version_info":
			env.Version = strings.TrimSpace(value)
		}
	}
	if parts := strings.Split(env.Version, "."); len(parts) > 3 {
		env.Version = strings.Join(parts[:3], ".") // virtualenv writes 3.13.1.final.0
	}
	env.Site, err = filepath.Glob(filepath.Join(dir, packages))
	if err != nil || env.Version == "" {
		return nil, fmt.Errorf("%s is no virtual environment", dir)
	}
	return env, nil
}

// read reads a file of a directory that may come with the tree: a pipe in the place of one keeps nobody waiting, and a
// link is not followed, since what it leads to would be shown.
func read(dir, name string) ([]byte, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fs.ErrNotExist
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return fence.Read(root, name)
}

// inspect looks at the environment of an interpreter.
func inspect(ctx context.Context, root, python string) (*Environment, error) {
	if !strings.ContainsAny(python, "/"+string(filepath.Separator)) {
		found, err := exec.LookPath(python)
		if err != nil {
			return nil, fmt.Errorf("%s: not found; name another with --python", python)
		}
		python = found
	}
	if _, err := os.Stat(python); err != nil {
		return nil, fmt.Errorf("%s: not found; name another with --python", python)
	}
	if env, err := virtual(filepath.Dir(filepath.Dir(python))); err == nil {
		env.Python = python
		return env, nil
	}
	if inside(root, python) {
		return nil, fmt.Errorf("%s is part of the tree, and is not run; name one outside with --python", python)
	}
	return ask(ctx, python)
}

// inside tells whether a path, or what it links to, lies in the tree.
func inside(root, path string) bool {
	for _, candidate := range []func(string) (string, error){filepath.Abs, filepath.EvalSymlinks} {
		absolute, err := candidate(path)
		if err != nil {
			continue
		}
		if relative, err := filepath.Rel(root, absolute); err == nil && filepath.IsLocal(relative) {
			return true
		}
	}
	return false
}

// question prints what ask reads. Debian's Python keeps packages in dist-packages, which sysconfig does not always say.
const question = `import json, sys, sysconfig
paths = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
base = sys.base_prefix + "/lib/python"
paths |= {base + "3/dist-packages", base + "%d.%d/dist-packages" % sys.version_info[:2]}
print(json.dumps({"version": "%d.%d.%d" % sys.version_info[:3], "site": sorted(paths)}))`

func ask(ctx context.Context, python string) (*Environment, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	command := exec.CommandContext(ctx, python, "-I", "-S", "-c", question)
	command.Dir = "/" // nothing of the tree is in reach by a relative path
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s does not answer: %w", python, err)
	}
	var answer struct {
		Version string
		Site    []string
	}
	if err := json.Unmarshal(output, &answer); err != nil || answer.Version == "" {
		return nil, fmt.Errorf("%s is no Python", python)
	}
	return &Environment{Python: python, Version: answer.Version, Site: answer.Site}, nil
}

// Package returns the version of an installed distribution, or "".
func (e *Environment) Package(name string) string { return e.packages()[normal(name)] }

// packages are the versions of what is installed, by normal name. Of two of one name the one in the earlier directory
// counts.
func (e *Environment) packages() map[string]string {
	if e.installed != nil {
		return e.installed
	}
	e.installed = map[string]string{}
	for _, site := range e.Site {
		entries, err := os.ReadDir(site)
		if err != nil {
			continue
		}
		for _, entry := range entries {
			stem, isInfo := strings.CutSuffix(entry.Name(), ".dist-info")
			if !isInfo {
				if stem, isInfo = strings.CutSuffix(entry.Name(), ".egg-info"); !isInfo {
					continue
				}
			}
			distribution, version, _ := strings.Cut(stem, "-")
			version, _, _ = strings.Cut(version, "-py3") // egg-info: name-version-py3.x
			if _, ok := e.installed[normal(distribution)]; !ok {
				e.installed[normal(distribution)] = version
			}
		}
	}
	return e.installed
}

// normal is a distribution's name as names are compared: PEP 503.
func normal(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '.' {
			return '-'
		}
		return unicode.ToLower(r)
	}, name)
}

// withoutEngine says why the installed aiohub has no engine; "" if it has one, or if its files are not found.
func (e *Environment) withoutEngine() string {
	for _, site := range e.Site {
		for _, place := range append([]string{site}, editable(site)...) {
			dir := filepath.Join(place, "aiohub")
			if _, err := os.Stat(filepath.Join(dir, "__init__.py")); err != nil {
				continue
			}
			// What setup.py has left there.
			if reason, err := read(dir, "_without_engine.txt"); err == nil {
				return strings.TrimSpace(string(reason))
			}
			if _, err := os.Stat(filepath.Join(dir, "_engine.so")); err != nil {
				return "its library is missing"
			}
			return ""
		}
	}
	return ""
}

// editable returns the directories that an editable installation of aiohub in site points to.
func editable(site string) []string {
	var dirs []string
	links, _ := filepath.Glob(filepath.Join(site, "__editable__.aiohub-*.pth")) // the pattern is well formed
	for _, link := range links {
		content, err := read(site, filepath.Base(link))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(content)) {
			dirs = append(dirs, strings.TrimSpace(line))
		}
	}
	return dirs
}
