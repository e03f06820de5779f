package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTruthsAreWhole(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		truth, err := readTruth(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(truth.Async) == 0 || len(truth.Sync) == 0 || len(truth.Tree) == 0 || len(truth.Roots) == 0 {
			t.Errorf("%s: lacks a part", file)
		}
		if _, ok := bars[truth.Library]; !ok {
			t.Errorf("%s: %s has no bar", file, truth.Library)
		}
		for name := range truth.Async {
			if _, both := truth.Sync[name]; both {
				t.Errorf("%s: %s is async and sync", file, name)
			}
		}
	}
}

func TestJudge(t *testing.T) {
	truth := &truth{
		Async: map[string]any{"m:a": 1, "m:b": 1, "m:c": 1, "m:choice": 1, "m:told": 1}, ByChoice: names{"m:choice": true}, Primitive: []string{"m:told"},
		Sync: map[string]any{"m:x": 1, "m:y": 1, "m:never": 1, "m:blocks": 1}, ByChoiceSync: names{"m:blocks": true}, Never: []string{"m:never"},
	}
	s := truth.judge([]string{"m:a", "m:a", "m:x", "m:told", "m:choice", "m:blocks", "m:unmentioned"}, []string{"m:b", "m:y", "m:a"})
	if s.positives != 3 || s.negatives != 2 {
		t.Errorf("%d async and %d sync are counted, want 3 and 2", s.positives, s.negatives)
	}
	if s.must != (count{1, 1}) || s.both != (count{2, 2}) {
		t.Errorf("must %v, must and may %v", s.must, s.both)
	}
	if !slices.Equal(s.missed, []string{"m:c"}) || !slices.Equal(s.wrong, []string{"m:x"}) || !slices.Equal(s.wrongMay, []string{"m:y"}) || !slices.Equal(s.onlyMay, []string{"m:b"}) {
		t.Errorf("missed %v, wrong %v, wrong may %v, found as may %v", s.missed, s.wrong, s.wrongMay, s.onlyMay)
	}
}

func TestBlankKeepsLineNumbers(t *testing.T) {
	const src = `class Both:
    @decorator
    async def gone(self):
        pass

    def stays(self):
        async def inner():
            pass


try:
    class AsyncOnly:
        x = 1
except ImportError:
    def stays(): pass
`
	const want = `class Both:




    def stays(self):


        pass

try:


    pass
except ImportError:
    def stays(): pass
`
	got := string(blank([]byte(src), map[string]bool{"Both.gone": true, "Both.stays.inner": true, "AsyncOnly": true, "stays": true}))
	lines := func(s string) int { return strings.Count(s, "\n") }
	if lines(got) != lines(src) {
		t.Errorf("%d lines, want %d", lines(got), lines(src))
	}
	if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
		t.Errorf("got\n%s", got)
	}
}

func TestUnpackTakesThePackagesAlone(t *testing.T) {
	var data bytes.Buffer
	zipped := gzip.NewWriter(&data)
	archive := tar.NewWriter(zipped)
	for _, name := range []string{"lib-1/src/lib/a.py", "lib-1/src/lib/async_a.py", "lib-1/src/other/b.py", "lib-1/setup.py", "lib-1/src/lib/deep/async_c.py", "lib-1/src/lib/../../../x.py"} {
		src := "# " + name + "\n"
		if err := archive.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(src))}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(src)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	tr := &truth{Exclude: []string{"lib/async_*.py", "lib/*/async_*"}}
	tr.Roots = append(tr.Roots, struct {
		Dir     string `json:"dir"`
		Package string `json:"package"`
	}{"lib-1/src", "lib"})
	dest := t.TempDir()
	n, err := tr.unpack(data.Bytes(), dest)
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if _, err := os.Stat(filepath.Join(dest, "lib", "a.py")); err != nil {
		t.Error(err)
	}
}
