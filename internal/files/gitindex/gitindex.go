// Package gitindex reads which files a git repository tracks, and which of them a sparse checkout leaves out.
//
// git itself is not asked: what it does in a repository that comes from anybody is up to the repository's configuration.
package gitindex

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"aiohub/internal/files/fence"
)

// Dir returns the repository of a work tree's top directory, "" for any other directory. In a further work tree, and in
// a submodule, .git is a file that says where it is.
func Dir(top string) string {
	path := filepath.Join(top, ".git")
	info, err := os.Lstat(path)
	if err != nil {
		return ""
	}
	if info.Mode().IsRegular() && info.Size() < 1<<16 {
		content, err := os.ReadFile(path)
		if target, ok := strings.CutPrefix(strings.TrimSpace(string(content)), "gitdir: "); ok && err == nil {
			if !filepath.IsAbs(target) {
				target = filepath.Join(top, target)
			}
			return target
		}
	}
	return path
}

// Read returns the content of the index of a repository. That nothing was ever added is fs.ErrNotExist.
func Read(dir string) ([]byte, error) { return read(dir, "index") }

func read(dir, name string) ([]byte, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, errors.New("is not a directory") // opening a pipe would keep the run waiting
	}
	repository, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer repository.Close()
	return fence.Read(repository, name)
}

// Entry is a file in an index; with a / at the end of its path it stands for all that is below.
type Entry struct {
	Path    []byte // below the top directory; good until the next entry
	LeftOut bool   // by a sparse checkout
}

// Each calls f with the entries of an index until it returns false. The error says that there may be more than it was
// called with: the index is not understood, or some are in another file.
// https://git-scm.com/docs/index-format
func Each(content []byte, f func(Entry) bool) error {
	rest, err := each(content, f)
	if err == nil && link(rest) != nil {
		return errors.New("is only a part")
	}
	return err
}

// each is Each for what one file has. rest is what follows the entries, nil if f has had enough.
func each(content []byte, f func(Entry) bool) (rest []byte, err error) {
	version := versionOf(content)
	if version < 2 || version > 4 {
		return nil, errors.New("is no index")
	}
	count := binary.BigEndian.Uint32(content[8:])
	rest = content[12:]
	var path []byte
	for range count {
		const fixed = 62 // up to the path, with a SHA-1; indexes with SHA-256 fail to make sense soon
		if len(rest) < fixed {
			return nil, errShort
		}
		at, leftOut := fixed, false
		if version > 2 && rest[60]&0x40 != 0 {
			at += 2 // extended flags
			if len(rest) < at {
				return nil, errShort
			}
			leftOut = rest[62]&0x40 != 0
		}
		if version == 4 {
			strip, n := varint(rest[at:])
			if n == 0 || strip > len(path) {
				return nil, errShort
			}
			path, at = path[:len(path)-strip], at+n
		} else {
			path = path[:0]
		}
		end := bytes.IndexByte(rest[at:], 0)
		if end < 0 {
			return nil, errShort
		}
		path = append(path, rest[at:at+end]...)
		if !f(Entry{path, leftOut}) {
			return nil, nil
		}
		at += end + 1
		if version < 4 {
			at = (at + 7) &^ 7 // entries are padded with 1 to 8 NULs
		}
		rest = rest[min(at, len(rest)):]
	}
	return rest, nil
}

var errShort = errors.New("ends too early")

// versionOf is the version of an index, 0 if it is none.
func versionOf(content []byte) uint32 {
	if len(content) < 12 || string(content[:4]) != "DIRC" {
		return 0
	}
	return binary.BigEndian.Uint32(content[4:])
}

// link is the extension, in what follows the entries, that says that more of them are in another file; nil for none.
func link(rest []byte) []byte {
	for len(rest) >= 8 {
		size := 8 + uint64(binary.BigEndian.Uint32(rest[4:]))
		if string(rest[:4]) == "link" {
			return rest[8:min(size, uint64(len(rest)))]
		}
		rest = rest[min(size, uint64(len(rest))):]
	}
	return nil
}

// varint reads a number as git's packs and indexes write it; n is 0 for none.
func varint(b []byte) (value, n int) {
	for n < len(b) && n < 5 {
		c := b[n]
		value = value<<7 | int(c&0x7f)
		n++
		if c&0x80 == 0 {
			return value, n
		}
		value++
	}
	return 0, 0
}
