package main

import (
	"bytes"
	"debug/elf"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// libraries are all that a compiled wheel may need: they are parts of glibc.
var libraries = []string{
	"libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1", "libresolv.so.2",
	"ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
}

var (
	fortified = regexp.MustCompile(`^__\w+_chk$`)
	versioned = regexp.MustCompile(`^GLIBC_(\d+)\.(\d+)`)
)

// elfFaults are what a library or a program for Linux lacks; glibc is the newest version that it may ask for.
func elfFaults(content []byte, glibc string) ([]string, error) {
	file, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if file.Type != elf.ET_DYN {
		fault("not position-independent: it is %v", file.Type)
	}
	flags, flags1 := dynamic(file, elf.DT_FLAGS), dynamic(file, elf.DT_FLAGS_1)
	if segment(file, elf.PT_GNU_RELRO) == nil {
		fault("no RELRO segment")
	}
	if flags&uint64(elf.DF_BIND_NOW) == 0 && flags1&uint64(elf.DF_1_NOW) == 0 {
		fault("RELRO is partial: symbols are bound when they are first called")
	}
	if flags&uint64(elf.DF_TEXTREL) != 0 || dynamic(file, elf.DT_TEXTREL) != 0 {
		fault("its code is relocated when it is loaded")
	}
	if stack := segment(file, elf.PT_GNU_STACK); stack == nil || stack.Flags&elf.PF_X != 0 {
		fault("the stack is executable")
	}
	for _, part := range file.Progs {
		if part.Type == elf.PT_LOAD && part.Flags&elf.PF_W != 0 && part.Flags&elf.PF_X != 0 {
			fault("a segment is writable and executable")
		}
	}
	for _, section := range file.Sections {
		if section.Type == elf.SHT_SYMTAB || strings.HasPrefix(section.Name, ".debug") ||
			strings.HasPrefix(section.Name, ".zdebug") {
			fault("not stripped: it has a section %s", section.Name)
		}
	}
	for _, tag := range []elf.DynTag{elf.DT_RPATH, elf.DT_RUNPATH} {
		if paths, _ := file.DynString(tag); len(paths) != 0 {
			fault("it looks for libraries in %s", strings.Join(paths, ":"))
		}
	}
	if flags1&uint64(elf.DF_1_PIE) != 0 {
		return append(faults, programFaults(file)...), nil
	}
	return append(faults, libraryFaults(file, glibc)...), nil
}

// programFaults are what only the tool has to be: static. How its C was compiled, a stripped one does not tell.
func programFaults(file *elf.File) (faults []string) {
	if segment(file, elf.PT_INTERP) != nil {
		faults = append(faults, "not static: it needs a program interpreter")
	}
	if needed, _ := file.ImportedLibraries(); len(needed) != 0 {
		faults = append(faults, "not static: it needs "+strings.Join(needed, ", "))
	}
	return faults
}

// libraryFaults are what only the shim and the engine have to be.
func libraryFaults(file *elf.File, glibc string) (faults []string) {
	symbols, err := file.ImportedSymbols()
	if err != nil {
		return []string{err.Error()}
	}
	has := func(is func(string) bool) bool {
		return slices.ContainsFunc(symbols, func(s elf.ImportedSymbol) bool { return is(s.Name) })
	}
	guard := func(name string) bool { return name == "__stack_chk_fail" }
	if !has(guard) {
		faults = append(faults, "no function has a stack protector")
	}
	if !has(func(name string) bool { return fortified.MatchString(name) }) {
		faults = append(faults, "no call is fortified")
	}
	needed, _ := file.ImportedLibraries()
	for _, library := range needed {
		if !slices.Contains(libraries, library) {
			faults = append(faults, "it needs "+library)
		}
	}
	for _, symbol := range symbols {
		if symbol.Version == "GLIBC_PRIVATE" || newer(symbol.Version, glibc) {
			faults = append(faults, fmt.Sprintf("%s is of %s; the newest allowed is %s", symbol.Name, symbol.Version, glibc))
		}
	}
	return faults
}

// newer is whether a symbol's version is one of glibc that is newer than this.
func newer(version, glibc string) bool {
	match := versioned.FindStringSubmatch(version)
	limit := versioned.FindStringSubmatch("GLIBC_" + glibc)
	if match == nil || limit == nil {
		return match != nil
	}
	for i := 1; i < len(match); i++ {
		a, _ := strconv.Atoi(match[i])
		b, _ := strconv.Atoi(limit[i])
		if a != b {
			return a > b
		}
	}
	return false
}

func segment(file *elf.File, kind elf.ProgType) *elf.Prog {
	for _, part := range file.Progs {
		if part.Type == kind {
			return part
		}
	}
	return nil
}

// dynamic is an entry of the dynamic section, or 0.
func dynamic(file *elf.File, tag elf.DynTag) uint64 {
	if values, err := file.DynValue(tag); err == nil && len(values) != 0 {
		return values[0]
	}
	return 0
}
