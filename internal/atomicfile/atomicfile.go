// Package atomicfile replaces files such that a reader sees the old content or the new, and never a part: after a crash,
// on a full disk, and with two writers at once.
package atomicfile

import (
	"fmt"
	"os"
	"path/filepath"
)

// Write replaces the file at path, or makes it with mode. An existing file keeps its own mode, and a symbolic link stays
// one: what it names is replaced. On an error the file is as it was, and nothing is left beside it.
func Write(path string, content []byte, mode os.FileMode) error {
	return replace(path, content, mode, true)
}

// WriteVolatile is Write without the promise for a crash of the machine, for content that is checked when read and can be
// made again. It does not wait for the disk.
func WriteVolatile(path string, content []byte, mode os.FileMode) error {
	return replace(path, content, mode, false)
}

func replace(path string, content []byte, mode os.FileMode, durable bool) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return fmt.Errorf("replace %s: not a regular file", path)
		}
		mode = info.Mode().Perm()
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".aiohub-*.tmp")
	if err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			temporary.Close() // a second time where closing failed, which does no harm
			os.Remove(temporary.Name())
			err = fmt.Errorf("replace %s: %w", path, err)
		}
	}()
	if _, err := temporary.Write(content); err != nil {
		return err
	}
	if err := temporary.Chmod(mode); err != nil {
		return err
	}
	// Without this a crash of the machine can leave the new name with no content.
	if durable {
		if err := temporary.Sync(); err != nil {
			return err
		}
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
