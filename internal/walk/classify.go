package walk

import (
	"bytes"
	"io"
	"os"
	"path"
	"strings"
	"syscall"
)

var manifestNames = map[string]bool{
	"setup.cfg": true, "pyproject.toml": true, "tox.ini": true, "Pipfile": true,
}

// classify says what a file of this name in this directory is to the scanner; wanted is false for all other files.
func classify(dir, name string) (kind Kind, wanted bool) {
	extension := path.Ext(name)
	switch {
	case manifestNames[name]:
		return Manifest, true
	case extension == ".py" || extension == ".pyw":
		return Python, true
	case extension == ".txt" || extension == ".in":
		inRequirements := strings.HasPrefix(path.Base(dir), "requirements")
		return Manifest, inRequirements || strings.Contains(name, "require") || strings.Contains(name, "constraint")
	case name == ".env" || extension == ".env" || strings.HasPrefix(name, ".env."),
		strings.HasPrefix(name, "Dockerfile") || name == "Containerfile" || extension == ".dockerfile",
		extension == ".service" || extension == ".sh" || extension == ".bash",
		extension == ".yml" || extension == ".yaml":
		return Env, true
	}
	return 0, false
}

// KindOf says what a file of this name is, Python if its name does not say.
func KindOf(file string) Kind {
	kind, wanted := classify(path.Dir(file), path.Base(file))
	if !wanted {
		return Python
	}
	return kind
}

// isScript tells whether the file at name, which has no extension, starts with a line that gives it to Python. What cannot
// be read is none: there is no saying that it matters.
func isScript(name string) bool {
	// Without O_NONBLOCK a pipe that has taken the file's place since keeps the run waiting.
	file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer file.Close()
	var start [200]byte
	n, _ := io.ReadFull(file, start[:])
	line, _, _ := bytes.Cut(start[:n], []byte("\n"))
	return bytes.HasPrefix(line, []byte("#!")) && bytes.Contains(line, []byte("python"))
}
