package gitindex

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// index makes an index of version 3; files with a - in front are left out of the checkout.
func index(files ...string) string {
	content := "DIRC\x00\x00\x00\x03\x00\x00\x00" + string(rune(len(files)))
	for _, file := range files {
		name, leftOut := strings.CutPrefix(file, "-")
		flags := "\x40\x00" + map[bool]string{true: "\x40\x00", false: "\x00\x00"}[leftOut]
		entry := strings.Repeat("\x00", 60) + flags + name
		content += entry + strings.Repeat("\x00", 8-len(entry)%8)
	}
	return content + strings.Repeat("\x00", 20)
}

func TestLeftOut(t *testing.T) {
	top := t.TempDir()
	put := func(name, content string) {
		t.Helper()
		path := filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	python := func(path string, isDir bool) bool { return isDir || strings.HasSuffix(path, ".py") }
	look := func(root, want string) {
		t.Helper()
		if got := strings.Join(LeftOut(filepath.Join(top, root), python), " "); got != want {
			t.Errorf("below %q: %q, want %q", root, got, want)
		}
	}
	put("a/here.py", "")
	put("a/b/kept.py", "")
	look(".", "") // no repository
	whole := index("-a/b/c/1.py", "-a/b/c/2.py", "-a/b/kept.py", "-a/b/x.txt", "-a/gone.py", "a/here.py", "-d/", "-e/f.txt", "-../up.py", "-/x.py")
	put(".git/index", whole)
	look(".", "a/b/c a/gone.py d")
	look("a", "b/c gone.py")
	look("a/b", "c")

	// What is not understood leaves nothing out.
	for end := range len(whole) - 28 { // the hash, and padding
		put(".git/index", whole[:end])
		look(".", "")
	}
	put(".git/index", strings.Replace(whole, "\x00\x00\x00\x03", "\x00\x00\x00\x09", 1))
	look(".", "")
	put(".git/index", whole[:len(whole)-20]+"link\x00\x00\x00\x02xx")
	look(".", "")
	put(".git/index", index("-a/"+strings.Repeat("b/", 100)+"c.py"))
	if got := LeftOut(top, python); !slices.Equal(got, []string{"a/b/b"}) {
		t.Error(got)
	}
}

// bitmapOf is a bitmap of up to 64 bits, as in the extension of a split index.
func bitmapOf(set uint64) string {
	b := binary.BigEndian.AppendUint32(nil, 64)
	b = binary.BigEndian.AppendUint32(b, 2)
	b = binary.BigEndian.AppendUint64(b, 1<<33) // no run, one literal word
	b = binary.BigEndian.AppendUint64(b, set)
	return string(binary.BigEndian.AppendUint32(b, 0))
}

func TestSplitIndex(t *testing.T) {
	top := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		path := filepath.Join(top, ".git", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	whole := func() string {
		t.Helper()
		var got []string
		err := Whole(filepath.Join(top, ".git"), func(e Entry) bool {
			mark := map[bool]string{true: "-"}[e.LeftOut]
			got = append(got, mark+string(e.Path))
			return true
		})
		if err != nil {
			return err.Error()
		}
		return strings.Join(got, " ")
	}
	other := strings.Repeat("\x01", 20)
	split := func(link string, files ...string) {
		own := index(files...)
		size := binary.BigEndian.AppendUint32(nil, uint32(len(link)))
		write("index", own[:len(own)-20]+"link"+string(size)+link+own[len(own)-20:])
	}
	write("sharedindex."+strings.Repeat("01", 20), index("a.py", "b.py", "-c.py", "d.py"))

	split(other)
	if got := whole(); got != "a.py b.py -c.py d.py" {
		t.Error(got)
	}
	// The first is gone, the second and third are replaced, and there is a new one.
	split(other+bitmapOf(1)+bitmapOf(2|4), "-", "", "-e.py")
	if got := whole(); got != "-b.py c.py d.py -e.py" {
		t.Error(got)
	}
	all := []bool{}
	if err := Each([]byte(index("a.py")), func(e Entry) bool { all = append(all, e.LeftOut); return true }); err != nil || len(all) != 1 {
		t.Error(all, err)
	}
	// A run of ones.
	run := binary.BigEndian.AppendUint64([]byte("\x00\x00\x00\x04\x00\x00\x00\x01"), 1|1<<1)
	split(other+string(run)+"\x00\x00\x00\x00"+bitmapOf(0), "e.py")
	if got := whole(); got != "e.py" {
		t.Error(got)
	}
	split(strings.Repeat("\x00", 20), "e.py") // all is in this file
	if got := whole(); got != "e.py" {
		t.Error(got)
	}
	for _, broken := range []string{"xx", other + "x", other + bitmapOf(1)[:20], strings.Repeat("\x02", 20),
		other + "\xff\xff\xff\xff\xff\xff\xff\xff", other + "\x00\x00\x00\x04\x00\x00\x00\x01" + strings.Repeat("\xff", 12)} {
		split(broken, "e.py")
		if got := whole(); strings.Contains(got, "e.py") {
			t.Errorf("%q: %s", broken, got)
		}
	}
}
