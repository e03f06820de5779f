package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// library has a call to fortify and an array to guard.
const library = `
#include <stdio.h>
#include <string.h>
int greet(const char *name) { char line[64]; strcpy(line, name); return printf("%s\n", line); }
`

var good = []string{"-O2", "-g0", "-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2", "-fPIC",
	"-shared", "-s", "-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,noexecstack"}

// compiled is the library, with these flags after the good ones.
func compiled(t *testing.T, flags ...string) string {
	t.Helper()
	if _, err := exec.LookPath("cc"); err != nil || runtime.GOOS != "linux" {
		t.Skip("needs a C compiler for Linux")
	}
	dir := t.TempDir()
	source, target := filepath.Join(dir, "a.c"), filepath.Join(dir, "a.so")
	if err := os.WriteFile(source, []byte(library), 0o644); err != nil {
		t.Fatal(err)
	}
	words := append(append(slices.Clone(good), flags...), "-o", target, source)
	if output, err := exec.Command("cc", words...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return target
}

func faults(t *testing.T, path, glibc string, forbidden ...string) string {
	t.Helper()
	_, found, err := look(path, glibc, forbidden)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(found, "\n")
}

func TestALibraryAsItShouldBe(t *testing.T) {
	if found := faults(t, compiled(t), "2.99"); found != "" {
		t.Error(found)
	}
}

func TestEachThingThatALibraryLacksIsNamed(t *testing.T) {
	for _, test := range []struct{ flag, want string }{
		{"-Wl,-z,norelro", "no RELRO segment"},
		{"-Wl,-z,lazy", "RELRO is partial"},
		{"-Wl,-z,execstack", "the stack is executable"},
		{"-fno-stack-protector", "no function has a stack protector"},
		{"-U_FORTIFY_SOURCE", "no call is fortified"},
		{"-Wl,-rpath,/opt/lib", "it looks for libraries in /opt/lib"},
	} {
		t.Run(test.flag, func(t *testing.T) {
			if found := faults(t, compiled(t, test.flag), "2.99"); !strings.Contains(found, test.want) {
				t.Errorf("no %q in %q", test.want, found)
			}
		})
	}
}

func TestSymbolsThatAreLeftAreNamed(t *testing.T) {
	good = slices.DeleteFunc(slices.Clone(good), func(flag string) bool { return flag == "-s" })
	defer func() { good = append(good, "-s") }()
	if found := faults(t, compiled(t), "2.99"); !strings.Contains(found, "not stripped: it has a section .symtab") {
		t.Errorf("%q", found)
	}
}

func TestAGlibcThatIsTooNewIsNamed(t *testing.T) {
	path := compiled(t)
	if found := faults(t, path, "2.1"); !strings.Contains(found, "the newest allowed is 2.1") {
		t.Errorf("%q", found)
	}
	for _, test := range []struct {
		version, limit string
		want           bool
	}{
		{"GLIBC_2.28", "2.28", false}, {"GLIBC_2.29", "2.28", true}, {"GLIBC_2.3.4", "2.28", false},
		{"GLIBC_3.0", "2.28", true}, {"", "2.28", false}, {"FOO_9", "2.28", false},
	} {
		if got := newer(test.version, test.limit); got != test.want {
			t.Errorf("newer(%q, %q) is %v", test.version, test.limit, got)
		}
	}
}

func TestAPathOfTheBuildIsNamed(t *testing.T) {
	if found := faults(t, compiled(t, "-DX", "-Wl,-soname,/build/here/a.so"), "2.99", "/build/here"); !strings.Contains(found, "it has the text /build/here in it") {
		t.Errorf("%q", found)
	}
}

// program is a small one in Go for a system, made with these flags.
func program(t *testing.T, system, processor string, flags ...string) string {
	t.Helper()
	dir := t.TempDir()
	source, target := filepath.Join(dir, "a.go"), filepath.Join(dir, "a")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	words := append(append([]string{"build", "-trimpath"}, flags...), "-o", target, source)
	command := exec.Command("go", words...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+processor)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return target
}

func TestProgramsOfOtherSystems(t *testing.T) {
	for _, test := range []struct {
		system, processor, flag, want string
	}{
		{"linux", "amd64", "-ldflags=-s -w", "not position-independent: it is ET_EXEC"},
		{"linux", "amd64", "-buildmode=pie", "not static: it needs a program interpreter"},
		{"windows", "amd64", "-ldflags=-s -w", ""},
		{"darwin", "arm64", "-ldflags=-s -w", ""},
		{"darwin", "arm64", "-ldflags=-w=0 -compressdwarf=0", "not stripped"},
	} {
		t.Run(test.system+" "+test.flag, func(t *testing.T) {
			found := faults(t, program(t, test.system, test.processor, test.flag), "2.28")
			if test.want == "" && found != "" || !strings.Contains(found, test.want) {
				t.Errorf("want %q, got %q", test.want, found)
			}
		})
	}
}

func TestAllFilesOfAPackageAreLookedAt(t *testing.T) {
	content, err := os.ReadFile(compiled(t, "-Wl,-z,norelro"))
	if err != nil {
		t.Fatal(err)
	}
	var zipped, tarred bytes.Buffer
	archive := zip.NewWriter(&zipped)
	for name, text := range map[string]string{"a/b.so": string(content), "a/b.py": "no program"} {
		file, _ := archive.Create(name)
		_, _ = file.Write([]byte(text))
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	packed := gzip.NewWriter(&tarred)
	tape := tar.NewWriter(packed)
	_ = tape.WriteHeader(&tar.Header{Name: "a/b.so", Size: int64(len(content)), Mode: 0o644})
	_, _ = tape.Write(content)
	_, _ = tape.Close(), packed.Close()
	for name, buffer := range map[string]bytes.Buffer{"a.whl": zipped, "a.tar.gz": tarred} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, buffer.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		looked, found, err := look(path, "2.99", nil)
		if err != nil || looked != 1 || len(found) != 1 || !strings.Contains(found[0], "a/b.so: no RELRO segment") {
			t.Errorf("%s: %d, %v, %v", name, looked, found, err)
		}
	}
}

func TestAPackageWithNothingCompiledIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.py")
	if err := os.WriteFile(path, []byte("pass\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := look(path, "2.28", nil); err == nil || !strings.Contains(err.Error(), "no compiled file") {
		t.Errorf("%v", err)
	}
}
