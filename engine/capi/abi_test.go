//go:build linux

package main

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// build makes the shared library as the package is shipped.
func build(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("cc"); err != nil {
		t.Skip("no C compiler")
	}
	library := filepath.Join(t.TempDir(), "engine.so")
	run(t, "../build", library)
	return library
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

func TestLibraryFromC(t *testing.T) {
	library := build(t)
	t.Run("exports the functions of functions.h and nothing else", func(t *testing.T) {
		if got, want := exported(t, library), listed(t); !slices.Equal(got, want) {
			t.Fatalf("exported: %v\nlisted: %v", got, want)
		}
	})
	t.Run("every function, and a panic in each", func(t *testing.T) {
		program := filepath.Join(t.TempDir(), "abi")
		run(t, "cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-pthread", "-I.", "-o", program, "testdata/abi.c", "-ldl")
		run(t, program, library)
	})
}

func exported(t *testing.T, library string) (names []string) {
	t.Helper()
	file, err := elf.Open(library)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	symbols, err := file.DynamicSymbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, symbol := range symbols {
		if symbol.Section != elf.SHN_UNDEF {
			names = append(names, symbol.Name)
		}
	}
	slices.Sort(names)
	return names
}

func TestHeaderDeclaresWhatIsListed(t *testing.T) {
	if got, want := find(t, "engine.h", `(?m)^int64_t (aio_\w+)\(`, ""), listed(t); !slices.Equal(got, want) {
		t.Fatalf("declared: %v\nlisted: %v", got, want)
	}
}

// listed is the names in functions.h.
func listed(t *testing.T) []string {
	t.Helper()
	return find(t, "functions.h", `(?m)^    (?:GO|PLAIN)\((\w+)\)`, "aio_")
}

// find is what an expression finds in a file, with a prefix, sorted.
func find(t *testing.T, file, expression, prefix string) (names []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile(expression).FindAllStringSubmatch(string(text), -1) {
		names = append(names, prefix+match[1])
	}
	slices.Sort(names)
	return names
}

func TestHeaderIsStrictCAndCpp(t *testing.T) {
	for _, args := range [][]string{{"cc", "-std=c99", "-x", "c"}, {"c++", "-x", "c++"}} {
		if _, err := exec.LookPath(args[0]); err != nil {
			t.Logf("%s is missing, the header is not tried with it", args[0])
			continue
		}
		run(t, args[0], append(args[1:], "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "engine.h")...)
	}
}
