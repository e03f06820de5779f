// Command hardening looks into packages and says what is wrong with the compiled files in them.
//
//	go run ./packaging/hardening [-glibc 2.28] [-forbid TEXT]... PACKAGE...
//
// A package is a wheel, a zip file, a gzipped tar or a compiled file itself. Libraries need full RELRO, guarded stacks,
// fortified calls and no glibc newer than -glibc; programs are static and position-independent. All are stripped, and
// none has a -forbid text in it: the paths of the build. It fails if a file is otherwise, or if there is none at all.
package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"debug/macho"
	"debug/pe"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

type texts []string

func (t *texts) String() string { return strings.Join(*t, " ") }

func (t *texts) Set(text string) error {
	*t = append(*t, text)
	return nil
}

func main() {
	glibc := flag.String("glibc", "2.28", "the newest `VERSION` of glibc that a library may ask for")
	var forbidden texts
	flag.Var(&forbidden, "forbid", "a `TEXT` that no file may have in it; may be given again")
	flag.Parse()
	failed := flag.NArg() == 0
	for _, path := range flag.Args() {
		looked, faults, err := look(path, *glibc, forbidden)
		if err != nil {
			faults = append(faults, fmt.Sprintf("%s: %v", path, err))
		}
		for _, fault := range faults {
			failed = true
			fmt.Fprintln(os.Stderr, "aiohub: error:", fault)
		}
		if len(faults) == 0 {
			fmt.Printf("%s: %d compiled files, as they should be\n", path, looked)
		}
	}
	if failed {
		os.Exit(1)
	}
}

// look reads a package; it is how many compiled files it has, and what is wrong with them.
func look(path, glibc string, forbidden []string) (looked int, faults []string, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return 0, nil, err
	}
	err = each(path, content, func(name string, content []byte) error {
		wrong, compiled, err := faultsOf(content, glibc)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if compiled {
			looked++
		}
		for _, text := range forbidden {
			if bytes.Contains(content, []byte(text)) {
				wrong = append(wrong, "it has the text "+text+" in it")
			}
		}
		for _, fault := range wrong {
			faults = append(faults, fmt.Sprintf("%s: %s: %s", path, name, fault))
		}
		return nil
	})
	if err == nil && looked == 0 {
		err = errors.New("no compiled file in it")
	}
	return looked, faults, err
}

// each calls see with the files of a package.
func each(path string, content []byte, see func(name string, content []byte) error) error {
	switch {
	case bytes.HasPrefix(content, []byte("PK")):
		return eachInZip(content, see)
	case bytes.HasPrefix(content, []byte("\x1f\x8b")):
		return eachInTar(content, see)
	}
	return see(path, content)
}

func eachInZip(content []byte, see func(string, []byte) error) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return err
	}
	for _, entry := range archive.File {
		file, err := entry.Open()
		if err != nil {
			return err
		}
		text, err := io.ReadAll(file)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
		if err := see(entry.Name, text); err != nil {
			return err
		}
	}
	return nil
}

func eachInTar(content []byte, see func(string, []byte) error) error {
	plain, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return err
	}
	for archive := tar.NewReader(plain); ; {
		entry, err := archive.Next()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			return err
		}
		if err := see(entry.Name, text); err != nil {
			return err
		}
	}
}

// faultsOf is what is wrong with a file, and whether it is a compiled one.
func faultsOf(content []byte, glibc string) (faults []string, compiled bool, err error) {
	switch {
	case bytes.HasPrefix(content, []byte("\x7fELF")):
		faults, err = elfFaults(content, glibc)
	case bytes.HasPrefix(content, []byte("\xcf\xfa\xed\xfe")):
		faults, err = machoFaults(content)
	case bytes.HasPrefix(content, []byte("MZ")):
		faults, err = peFaults(content)
	default:
		return nil, false, nil
	}
	return faults, true, err
}

// machoFaults are those of a program for macOS; its loader refuses one for arm64 that nobody has signed.
func machoFaults(content []byte) (faults []string, err error) {
	file, err := macho.NewFile(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	if file.Flags&macho.FlagPIE == 0 {
		faults = append(faults, "not position-independent")
	}
	const codeSignature = 0x1d
	signed := false
	for _, load := range file.Loads {
		signed = signed || file.ByteOrder.Uint32(load.Raw()) == codeSignature
	}
	if file.Cpu == macho.CpuArm64 && !signed {
		faults = append(faults, "not signed, not even ad hoc")
	}
	if file.Section("__debug_info") != nil || file.Section("__zdebug_info") != nil {
		faults = append(faults, "not stripped: it says where lines of code are")
	}
	return faults, nil
}

// peFaults are those of a program for Windows.
func peFaults(content []byte) (faults []string, err error) {
	file, err := pe.NewFile(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	header, ok := file.OptionalHeader.(*pe.OptionalHeader64)
	if !ok {
		return []string{"not a program for 64 bits"}, nil
	}
	for _, want := range []struct {
		bit   uint16
		fault string
	}{
		{pe.IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE, "not position-independent"},
		{pe.IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA, "its addresses are chosen from 32 bits only"},
		{pe.IMAGE_DLLCHARACTERISTICS_NX_COMPAT, "its data is executable"},
	} {
		if header.DllCharacteristics&want.bit == 0 {
			faults = append(faults, want.fault)
		}
	}
	if len(file.Symbols) != 0 {
		faults = append(faults, "not stripped: it has symbols")
	}
	return faults, nil
}
