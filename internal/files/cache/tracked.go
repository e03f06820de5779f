package cache

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"aiohub/internal/files/fence"
)

// tracked tells whether git has files of a folder of the tree in its index. git itself is not asked: what it does in a
// repository that comes from anybody is up to the repository's configuration. An index that is not understood counts as
// one that has the folder.
func tracked(root, own string) bool {
	for top := root; ; top = filepath.Dir(top) {
		if dir := gitDir(top); dir != "" {
			below, err := filepath.Rel(top, filepath.Join(root, filepath.FromSlash(own)))
			if err != nil {
				return true
			}
			content, err := readIndex(dir)
			if errors.Is(err, fs.ErrNotExist) {
				return false // nothing was ever added
			}
			return err != nil || indexHas(content, filepath.ToSlash(below)+"/")
		}
		if top == filepath.Dir(top) {
			return false
		}
	}
}

// readIndex reads the index of a repository.
func readIndex(dir string) ([]byte, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, errors.New("is not a directory") // opening a pipe would keep the run waiting
	}
	repository, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer repository.Close()
	return fence.Read(repository, "index")
}

// gitDir returns the repository of a work tree's top directory, "" for any other directory. In a further work tree, and
// in a submodule, .git is a file that says where it is.
func gitDir(top string) string {
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

// indexHas looks in the content of a git index for a path with the prefix.
// https://git-scm.com/docs/index-format
func indexHas(content []byte, prefix string) bool {
	if len(content) < 12 || string(content[:4]) != "DIRC" {
		return true
	}
	version, count := binary.BigEndian.Uint32(content[4:]), binary.BigEndian.Uint32(content[8:])
	if version < 2 || version > 4 {
		return true
	}
	rest := content[12:]
	var path []byte
	for range count {
		const fixed = 62 // up to the path, with a SHA-1; indexes with SHA-256 fail to make sense soon
		if len(rest) < fixed {
			return true
		}
		at := fixed
		if version > 2 && rest[60]&0x40 != 0 {
			at += 2 // extended flags
		}
		if version == 4 {
			strip, n := varint(rest[min(at, len(rest)):])
			if n == 0 || strip > len(path) {
				return true
			}
			path, at = path[:len(path)-strip], at+n
		} else {
			path = path[:0]
		}
		end := bytes.IndexByte(rest[min(at, len(rest)):], 0)
		if end < 0 {
			return true
		}
		path = append(path, rest[at:at+end]...)
		sparse := bytes.HasSuffix(path, []byte("/")) // stands for all that is below
		if bytes.HasPrefix(path, []byte(prefix)) || sparse && strings.HasPrefix(prefix, string(path)) {
			return true
		}
		at += end + 1
		if version < 4 {
			at = (at + 7) &^ 7 // entries are padded with 1 to 8 NULs
		}
		rest = rest[min(at, len(rest)):]
	}
	return isSplit(rest)
}

// isSplit looks in what follows the entries for the extension that says that more of them are in another file.
func isSplit(rest []byte) bool {
	for len(rest) >= 8 {
		if string(rest[:4]) == "link" {
			return true
		}
		size := 8 + uint64(binary.BigEndian.Uint32(rest[4:]))
		rest = rest[min(size, uint64(len(rest))):]
	}
	return false
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
