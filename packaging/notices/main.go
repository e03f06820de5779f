// Command notices writes THIRD_PARTY_NOTICES: what of others is in the compiled parts of aiohub, with its licences.
//
//	go run ./packaging/notices [-check]
//
// The modules of the tool and the engine come first, for all platforms of a release; then those that only tests use,
// which no package has in it. With -check it writes nothing, and fails if the file is other than it should be.
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

const file = "THIRD_PARTY_NOTICES"

// programs are what a release compiles, for each system: some modules are for one only.
var programs = map[string][]string{
	"linux":   {"./cmd/aiohub", "./engine/capi"},
	"darwin":  {"./cmd/aiohub"},
	"windows": {"./cmd/aiohub"},
}

// What the C compiler of a release links with; its package has these texts.
var (
	//go:embed linked/musl.txt
	musl string
	//go:embed linked/zig.txt
	zig string
)

// ofLicence are the names of files that have to come along: LICENSE, LICENSE-BSD, NOTICE.txt, COPYING.md.
var ofLicence = regexp.MustCompile(`^(?i:LICEN[SC]E|COPYING|NOTICE|COPYRIGHT|PATENTS)([-.]|$)`)

type module struct {
	Path, Version, Dir string
	Main               bool
}

func main() {
	check := flag.Bool("check", false, "write nothing; fail if the file is not current")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "aiohub: error:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	root, err := output("", "go", "env", "GOMOD")
	if err != nil {
		return err
	}
	dir := filepath.Dir(strings.TrimSpace(string(root)))
	text, err := notices(dir)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, file)
	if !check {
		return os.WriteFile(path, text, 0o644)
	}
	if old, _ := os.ReadFile(path); !bytes.Equal(old, text) {
		return errors.New(file + " is not current; `go run ./packaging/notices` writes it")
	}
	return nil
}

// notices is the text of the file for the module in dir.
func notices(dir string) ([]byte, error) {
	all, err := modules(dir)
	if err != nil {
		return nil, err
	}
	inside, err := compiledIn(dir)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("Third-party software in aiohub\n\nThe command aiohub and the engine of its event loop are " +
		"compiled from Go, with parts of these projects.\n" +
		"The wheels and archives have them inside; the pure-Python wheel and aiohub-aio have none of them.\n")
	goroot, err := output(dir, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	language, err := licences(strings.TrimSpace(string(goroot)))
	if err != nil {
		return nil, err
	}
	section(&out, "The Go programming language, its runtime and standard library", language)
	section(&out, "musl, the C library of the command for Linux", musl)
	section(&out, "zig, whose start-up code and compiler runtime are in what is compiled for Linux", zig)
	for _, used := range []bool{true, false} {
		if !used {
			out.WriteString("\n" + strings.Repeat("=", 100) +
				"\n\nThe rest is used to test aiohub, and is in none of its packages.\n")
		}
		for _, m := range all {
			if slices.Contains(inside, m.Path) != used {
				continue
			}
			text, err := licences(m.Dir)
			if err != nil {
				return nil, err
			}
			section(&out, m.Path+" "+m.Version, text)
		}
	}
	return out.Bytes(), nil
}

func section(out io.Writer, title, text string) {
	fmt.Fprintf(out, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 100), title, strings.TrimSpace(text))
}

// modules that go.mod names, sorted, each with the directory of its files.
func modules(dir string) ([]module, error) {
	text, err := output(dir, "go", "mod", "edit", "-json")
	if err != nil {
		return nil, err
	}
	var mod struct{ Require []module }
	if err := json.Unmarshal(text, &mod); err != nil {
		return nil, err
	}
	names := []string{"mod", "download", "-json"}
	for _, m := range mod.Require {
		names = append(names, m.Path)
	}
	if text, err = output(dir, "go", names...); err != nil {
		return nil, err
	}
	var found []module
	for decoder := json.NewDecoder(bytes.NewReader(text)); decoder.More(); {
		var m module
		if err := decoder.Decode(&m); err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	slices.SortFunc(found, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return found, nil
}

// compiledIn are the paths of the modules that the programs have in them on any of the systems.
func compiledIn(dir string) ([]string, error) {
	var paths []string
	for system, names := range programs {
		command := append([]string{"list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}"},
			names...)
		text, err := outputOn(system, dir, "go", command...)
		if err != nil {
			return nil, err
		}
		paths = append(paths, strings.Fields(string(text))...)
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}

// licences are the texts of the licence and notice files in a module's directory, in the order of their names.
func licences(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var texts []string
	for _, entry := range entries {
		if entry.IsDir() || !ofLicence.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return "", err
		}
		texts = append(texts, strings.TrimSpace(string(text)))
	}
	if len(texts) == 0 {
		return "", fmt.Errorf("%s: no licence there", dir)
	}
	return strings.Join(texts, "\n\n"+strings.Repeat("-", 100)+"\n\n"), nil
}

func output(dir, name string, args ...string) ([]byte, error) {
	return outputOn(runtime.GOOS, dir, name, args...)
}

// outputOn is what a command prints that is told to work for a system.
func outputOn(system, dir, name string, args ...string) ([]byte, error) {
	command := exec.Command(name, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=1") // the engine is left out without cgo
	text, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("%s %s: %s", name, strings.Join(args, " "), exit.Stderr)
	}
	return text, err
}
