package walk

import (
	"bytes"
	"io"
	"os"
	"path"
	"regexp"
	"strings"
	"syscall"
)

var manifestNames = map[string]bool{
	"setup.cfg": true, "pyproject.toml": true, "tox.ini": true, "Pipfile": true, "pip-requires": true,
	"test-requires": true, "tox.toml": true, "pixi.toml": true, "uv.toml": true, "hatch.toml": true,
	"poetry.lock": true, "uv.lock": true, "pdm.lock": true, "pixi.lock": true, "Pipfile.lock": true,
	"bindep.txt": true, "PKGBUILD": true, "APKBUILD": true, ".SRCINFO": true,
}

// requirementsName are names of requirements and constraints files, in any directory; in one for them all names are.
var requirementsName = regexp.MustCompile(`require|constraint|(^|[-_.])(reqs?|deps|dependencies)[-_.]`)

// packageExtensions are files from which packages of operating systems are made.
var packageExtensions = map[string]bool{".spec": true, ".ebuild": true, ".eclass": true, ".nix": true}

// settingsName are names of Python files with settings of servers.
var settingsName = regexp.MustCompile(`(?i)gunicorn|celery|(conf|config|settings)\.py`)

// settingsDirs are directories whose files set variables for services, without an extension: /etc/default.
var settingsDirs = map[string]bool{"default": true, "sysconfig": true}

// Files that set variables or start programs: by their name, by how it starts, and by its extension.
var (
	envNames = map[string]bool{
		".env": true, ".envrc": true, "Containerfile": true, "Makefile": true, "makefile": true, "GNUmakefile": true,
		"justfile": true, "Justfile": true, "Jenkinsfile": true, "Vagrantfile": true, "Earthfile": true, ".coveragerc": true,
		"crontab": true, "supervisord": true,
	}
	envPrefixes   = []string{".env.", "Dockerfile", "Procfile"}
	envExtensions = map[string]bool{
		".env": true, ".envrc": true, ".dockerfile": true, ".Dockerfile": true, ".service": true, ".socket": true,
		".timer": true, ".sh": true, ".bash": true, ".zsh": true, ".ksh": true,
		".fish": true, ".yml": true, ".yaml": true, ".conf": true, ".ini": true, ".cfg": true, ".mk": true, ".toml": true,
		".container": true, ".ps1": true, ".bat": true, ".cmd": true, ".hcl": true, ".nomad": true,
	}
	// startsPrograms are the JSON files that start programs, among all that are data: scripts of a package.json,
	// definitions of tasks and containers, what an editor or a process manager runs.
	startsPrograms = regexp.MustCompile(
		`(?i)^(package|app|launch|tasks|process(es)?|ecosystem.*)\.json$|task|container|ecs|deploy|compose|dockerrun|\bpods?\b|worker`,
	)
	// templates are extensions behind the one that says what the file is to become.
	templates = map[string]bool{".j2": true, ".jinja": true, ".jinja2": true, ".tmpl": true, ".tpl": true,
		".template": true, ".erb": true}
)

// mayStart tells for little of most JSON files, of which a tree can have thousands, that they start no program.
func mayStart(name string) bool {
	lower := strings.ToLower(name)
	for _, word := range []string{"package", "app", "launch", "process", "ecosystem", "task", "container", "ecs", "deploy",
		"compose", "dockerrun", "pod", "worker"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

// classify says what a file of this name in this directory is to the scanner; wanted is false for all other files.
func classify(dir, name string) (kind Kind, wanted bool) {
	extension := path.Ext(name)
	switch {
	case manifestNames[name], packageExtensions[extension], name == "control" && path.Base(dir) == "debian",
		strings.HasPrefix(name, "pylock.") && extension == ".toml":
		return Manifest, true
	case extension == ".py" || extension == ".pyw":
		return Python, true
	case extension == ".txt" || extension == ".in" || extension == ".pip":
		return Manifest, strings.HasPrefix(path.Base(dir), "req") || requirementsName.MatchString(name)
	case extension == ".lock":
		return Manifest, requirementsName.MatchString(name) || strings.HasPrefix(name, "conda-")
	case envNames[name] || envExtensions[extension], extension == "" && settingsDirs[path.Base(dir)]:
		return Env, true
	case templates[extension]:
		kind, wanted := classify(dir, strings.TrimSuffix(name, extension))
		// A template is no Python, but the settings of a server are in it as in any other of its files.
		return Env, wanted && (kind == Env || kind == Python && settingsName.MatchString(name))
	}
	if extension == ".json" && mayStart(name) && startsPrograms.MatchString(name) {
		return Env, true
	}
	for _, prefix := range envPrefixes {
		if strings.HasPrefix(name, prefix) {
			return Env, true
		}
	}
	return 0, false
}

// Classify says what a file of this path is by its name; wanted is false if that does not say.
func Classify(file string) (kind Kind, wanted bool) {
	return classify(path.Dir(file), path.Base(file))
}

// scriptKind tells whether the file at name, which has no extension, starts with a line that gives it to Python or to a
// shell. What cannot be read is none: there is no saying that it matters.
func scriptKind(name string) (kind Kind, wanted bool) {
	// Without O_NONBLOCK a pipe that has taken the file's place since keeps the run waiting.
	file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return 0, false
	}
	defer file.Close()
	var start [200]byte
	n, _ := io.ReadFull(file, start[:])
	line, _, _ := bytes.Cut(start[:n], []byte("\n"))
	switch {
	case !bytes.HasPrefix(line, []byte("#!")):
		return 0, false
	case bytes.Contains(line, []byte("python")):
		return Python, true
	}
	return Env, bytes.HasSuffix(bytes.TrimRight(line, " \r"), []byte("sh")) || bytes.Contains(line, []byte("sh "))
}
