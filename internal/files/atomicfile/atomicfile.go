// Package atomicfile replaces files such that a reader sees the old content or the new, and never a part: after a
// crash, on a full disk, and with two writers at once.
package atomicfile

import (
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Write replaces the file at name below root, or makes it with mode. An existing file keeps its own mode. What is there
// and is no regular file stays, a symbolic link too: following it is how a file is lost that nobody meant. On an error
// the file is as it was, and nothing is left beside it.
func Write(root *os.Root, name string, content []byte, mode os.FileMode) error {
	return replace(root, name, content, mode, true)
}

// WriteVolatile is Write without the promise for a crash of the machine, for content that is checked when read and can
// be made again. It does not wait for the disk.
func WriteVolatile(root *os.Root, name string, content []byte, mode os.FileMode) error {
	return replace(root, name, content, mode, false)
}

func replace(root *os.Root, name string, content []byte, mode os.FileMode, durable bool) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("replace %s: %w", filepath.Join(root.Name(), name), err)
		}
	}()
	if info, err := root.Lstat(name); err == nil {
		if !info.Mode().IsRegular() {
			return NotRegular(info.Mode())
		}
		mode = info.Mode().Perm()
	}
	temporary := filepath.Join(filepath.Dir(name), ".aiohub-"+rand.Text()+".tmp")
	file, err := root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			file.Close() // a second time where closing failed, which does no harm
			root.Remove(temporary)
		}
	}()
	if _, err := file.Write(content); err != nil {
		return err
	}
	if err := file.Chmod(mode); err != nil {
		return err
	}
	// Without this a crash of the machine can leave the new name with no content.
	if durable {
		if err := file.Sync(); err != nil {
			return err
		}
	}
	if err := file.Close(); err != nil {
		return err
	}
	return root.Rename(temporary, name)
}

// IsTemporary tells whether a name is one that a write gives to the content until it is whole: after a crash such a
// file may be left.
func IsTemporary(name string) bool {
	random, isOurs := strings.CutPrefix(name, ".aiohub-")
	random, isTemporary := strings.CutSuffix(random, ".tmp")
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" // of rand.Text
	return isOurs && isTemporary && len(random) >= 26 && strings.Trim(random, alphabet) == ""
}

// NotRegular is the error about a file of a kind that is not read and not replaced.
type NotRegular fs.FileMode

func (e NotRegular) Error() string {
	switch mode := fs.FileMode(e); {
	case mode.IsDir():
		return "is a directory"
	case mode&fs.ModeSymlink != 0:
		return "is a symbolic link, and none is followed"
	}
	return "is not a regular file"
}
