package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
)

// fetch makes sure that a source distribution is in the cache, and gives its content.
func fetch(cache, python, sdist, sum string) ([]byte, error) {
	name := filepath.Join(cache, sdist)
	data, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		base := strings.TrimSuffix(sdist, ".tar.gz")
		cut := strings.LastIndexByte(base, '-')
		if cut < 0 {
			return nil, fmt.Errorf("%s: not the name of a source distribution", sdist)
		}
		pip := exec.Command(python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
			"--no-binary", ":all:",
			"--dest", cache, base[:cut]+"=="+base[cut+1:])
		pip.Stderr = os.Stderr
		if err := pip.Run(); err != nil {
			return nil, fmt.Errorf("pip download %s: %w", base, err)
		}
		data, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, err
	}
	if got := sha256.Sum256(data); hex.EncodeToString(got[:]) != sum {
		return nil, fmt.Errorf("%s: sha256 is %x, want %s", name, got, sum)
	}
	return data, nil
}

// unpack writes the packages of the truth below dest: without the excluded files, and with async halves blanked so that
// only blocking code is left. Line numbers stay as they were.
func (t *truth) unpack(sdist []byte, dest string) (files int, err error) {
	zipped, err := gzip.NewReader(bytes.NewReader(sdist))
	if err != nil {
		return 0, err
	}
	archive := tar.NewReader(zipped)
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return files, err
		}
		name, ok := t.wanted(header)
		if !ok {
			continue
		}
		src, err := io.ReadAll(archive)
		if err != nil {
			return files, err
		}
		target := filepath.Join(dest, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return files, err
		}
		if err := os.WriteFile(target, blank(src, t.stripped(name)), 0o666); err != nil {
			return files, err
		}
		files++
	}
}

func (t *truth) wanted(header *tar.Header) (name string, ok bool) {
	if header.Typeflag != tar.TypeReg || !strings.HasSuffix(header.Name, ".py") || !filepath.IsLocal(header.Name) ||
		path.Clean(header.Name) != header.Name {
		return "", false
	}
	for _, root := range t.Roots {
		name, ok = strings.CutPrefix(header.Name, strings.TrimSuffix(root.Dir, "/")+"/")
		if !ok || !strings.HasPrefix(name, root.Package+"/") {
			continue
		}
		return name, !slices.ContainsFunc(t.Exclude, func(pattern string) bool { return fits(pattern, name) })
	}
	return "", false
}

// fits matches as Python's fnmatch does: a star takes slashes too.
func fits(pattern, name string) bool {
	ok, _ := path.Match(strings.ReplaceAll(pattern, "/", "\x00"), strings.ReplaceAll(name, "/", "\x00"))
	return ok
}

// stripped lists the names that are to be blanked in a file.
func (t *truth) stripped(file string) map[string]bool {
	module := strings.TrimSuffix(strings.ReplaceAll(strings.TrimSuffix(file, ".py"), "/", "."), ".__init__")
	found := map[string]bool{}
	for _, entry := range t.Strip {
		if m, name, _ := strings.Cut(entry, ":"); m == module {
			found[name] = true
		}
	}
	return found
}

// blank replaces the named coroutine functions and classes by empty lines, and by a pass where a body would be empty.
func blank(src []byte, names map[string]bool) []byte {
	if len(names) == 0 {
		return src
	}
	var parser pysyntax.Parser
	b := blanker{t: parser.Parse(src), names: names, lines: bytes.Split(src, []byte("\n"))}
	b.body(b.t.Root(), "", false)
	return bytes.Join(b.lines, []byte("\n"))
}

type blanker struct {
	t     *pysyntax.Tree
	names map[string]bool
	lines [][]byte
}

func (b *blanker) body(block pysyntax.Node, prefix string, inner bool) {
	t := b.t
	left := 0
	for range t.Children(block) {
		left++
	}
	for n := range t.Children(block) {
		switch k := t.Kind(n); k {
		case pysyntax.FunctionDef, pysyntax.ClassDef:
			name := prefix + string(t.Ident(n))
			if b.names[name] && (k == pysyntax.ClassDef || t.Has(n, pysyntax.FlagAsync)) {
				left--
				b.cut(n, inner && left == 0)
				continue
			}
			b.body(t.ChildOf(n, pysyntax.Block), name+".", true)
		default:
			for part := range t.Children(n) {
				switch t.Kind(part) {
				case pysyntax.Block, pysyntax.ElseBlock, pysyntax.FinallyBlock:
					b.body(part, prefix, true)
				case pysyntax.ExceptHandler:
					b.body(t.ChildOf(part, pysyntax.Block), prefix, true)
				}
			}
		}
	}
}

// cut blanks the lines of a definition.
func (b *blanker) cut(n pysyntax.Node, last bool) {
	t := b.t
	start := t.Start(n)
	if d := t.ChildOf(n, pysyntax.Decorator); d != 0 {
		start = min(start, t.Start(d))
	}
	first := bytes.Count(t.Src[:start], []byte("\n"))
	end := bytes.Count(t.Src[:t.End(n)], []byte("\n"))
	for i := first; i <= end; i++ {
		b.lines[i] = nil
	}
	if last {
		column := int(t.Start(n)) - (bytes.LastIndexByte(t.Src[:t.Start(n)], '\n') + 1)
		b.lines[end] = []byte(strings.Repeat(" ", column) + "pass")
	}
}
