package pysyntax

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The trees are compared with CPython's ast, node by node: kind, range, names, operators, order and nesting.
//
//	AIOHUB_AST_PYTHON   the interpreter to compare with; by default the newest python3 on PATH
//	AIOHUB_AST_TREES    directories to read, separated by ':'; by default a sample of the interpreter's standard library
const (
	envPython = "AIOHUB_AST_PYTHON"
	envTrees  = "AIOHUB_AST_TREES"
)

// sampleBytes bounds the sample of the standard library.
const sampleBytes = 3 << 20

type interpreter struct {
	path   string
	minor  int
	stdlib string
}

// findPython gives the interpreter to compare with, or the reason why there is none.
func findPython() (interpreter, string) {
	names := []string{"python3.15", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python3.9", "python3"}
	if s := os.Getenv(envPython); s != "" {
		names = []string{s}
	}
	const ask = "import sys, os; print(sys.version_info[1], os.path.dirname(os.__file__))"
	for _, name := range names {
		out, err := exec.Command(name, "-c", ask).Output()
		if err != nil {
			continue
		}
		py := interpreter{path: name}
		if _, err := fmt.Sscan(string(out), &py.minor, &py.stdlib); err != nil || py.minor < 9 {
			continue
		}
		return py, ""
	}
	return interpreter{}, "no Python 3.9 or newer on PATH to compare with"
}

func pythonFiles(t testing.TB, root string) []string {
	var files []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".py") || strings.ContainsRune(path, '\n') || !d.Type().IsRegular() {
			return nil
		}
		files = append(files, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// sample takes every k-th file of the standard library, such that the bytes are about sampleBytes.
func sample(t testing.TB, files []string) []string {
	files = slices.DeleteFunc(files, func(f string) bool { return strings.Contains(f, "site-packages") })
	total := int64(0)
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			total += info.Size()
		}
	}
	step := int(total/sampleBytes) + 1
	var out []string
	for i := 0; i < len(files); i += step {
		out = append(out, files[i])
	}
	return out
}

func TestSameTreeAsCPython(t *testing.T) {
	py, why := findPython()
	if why != "" {
		t.Skip(why)
	}
	if os.Getenv(envTrees) == "" {
		compare(t, py, filesToRead(t, py))
		return
	}
	for root := range strings.SplitSeq(os.Getenv(envTrees), ":") {
		t.Run(filepath.Base(root), func(t *testing.T) { compare(t, py, pythonFiles(t, root)) })
	}
}

func compare(t *testing.T, py interpreter, files []string) {
	c := comparison{t: t, py: py}
	c.run(files)
	t.Logf("%s (3.%d): %d files, %d bytes, %d nodes, %d files differ, %d refused by CPython only, %d by us only",
		py.path, py.minor, c.files, c.bytes, c.nodes, c.differ, c.theirsOnly, c.oursOnly)
}

func filesToRead(t testing.TB, py interpreter) (files []string) {
	if trees := os.Getenv(envTrees); trees != "" {
		for root := range strings.SplitSeq(trees, ":") {
			files = append(files, pythonFiles(t, root)...)
		}
	} else {
		files = append(pythonFiles(t, "testdata/grammar"), sample(t, pythonFiles(t, py.stdlib))...)
	}
	if len(files) == 0 {
		t.Fatal("no files to read")
	}
	return files
}

type comparison struct {
	t      *testing.T
	py     interpreter
	parser Parser
	room   []byte

	files, nodes, differ, oursOnly, theirsOnly int
	bytes                                      int64
}

func (c *comparison) run(files []string) {
	script, err := filepath.Abs("testdata/astdump.py")
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.Command(c.py.path, script)
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n") + "\n")
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	in := bufio.NewReaderSize(pipe, 1<<20)
	var path string
	var lines []byte
	for {
		line, err := in.ReadSlice('\n')
		if err != nil || line[0] == 'F' {
			if path != "" {
				c.file(path, lines)
			}
			if err != nil {
				break
			}
			path, lines = string(line[2:len(line)-1]), lines[:0]
			continue
		}
		lines = append(lines, line...)
	}
	if err := cmd.Wait(); err != nil {
		c.t.Fatal(err)
	}
}

func (c *comparison) file(path string, want []byte) {
	src, err := os.ReadFile(path)
	if err != nil {
		c.t.Error(err)
		return
	}
	tree := c.parser.Parse(src)
	c.files++
	c.bytes += int64(len(src))
	fault, faulty := tree.FirstError()
	if bytes.HasPrefix(want, []byte("E ")) {
		if !faulty && since(src) <= c.py.minor {
			c.theirsOnly++
			c.t.Logf("%s: CPython refuses it: %s", path, bytes.TrimSpace(want))
		}
		return
	}
	if faulty {
		c.oursOnly++
		c.t.Errorf("%s: %d: %s", path, fault.Pos, fault.Msg)
		return
	}
	c.room = dump(tree, c.py.minor < 12, c.py.minor < 10, c.room)
	c.nodes += bytes.Count(want, []byte("\n"))
	if bytes.Equal(c.room, want) {
		return
	}
	ours, theirs := strings.Split(string(c.room), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(ours), len(theirs)) {
		if !sameLine(ours[i], theirs[i]) {
			c.differ++
			c.t.Errorf("%s: we have  %s\n\tCPython  %s\n\tafter    %s\n\t%s", path, ours[i], theirs[i], theirs[max(i-1, 0)], excerpt(src, theirs[i]))
			return
		}
	}
	if len(ours) != len(theirs) {
		c.differ++
		c.t.Errorf("%s: %d nodes, CPython has %d", path, len(ours), len(theirs))
	}
}

// since is the N of a first line `# since 3.N`, 0 without one.
func since(src []byte) (minor int) {
	fmt.Sscanf(string(src[:min(len(src), 20)]), "# since 3.%d", &minor)
	return minor
}

// sameLine compares two lines but for names that are not ASCII in the source, which CPython normalises.
func sameLine(ours, theirs string) bool {
	if ours == theirs {
		return true
	}
	a, b := strings.Fields(ours), strings.Fields(theirs)
	return slices.EqualFunc(a, b, func(a, b string) bool { return a == b || a == "?" })
}

// excerpt is the source of a dump line.
func excerpt(src []byte, line string) string {
	var depth, start, end int
	var kind string
	if n, _ := fmt.Sscan(line, &depth, &kind, &start, &end); n < 4 || end > len(src) || start > end {
		return ""
	}
	return fmt.Sprintf("%.120q", src[start:end])
}
