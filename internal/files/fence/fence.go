// Package fence opens the files that a run reads and writes beside the source code: configuration, baseline, policy.
//
// A scanned tree may come from anybody: a pull request, an archive. So a file of it is reached without following a
// symbolic link, lies in the tree, and does not belong to its version control; whatever the tree's own configuration
// names cannot lead elsewhere. Only the user, on the command line, names files outside of the tree.
package fence

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"aiohub/internal/files/atomicfile"
)

// Limit is the size in bytes above which a file is not read. It is beyond every baseline and configuration that people
// keep.
const Limit = 64 << 20

var (
	// ErrOutside is the error about a path that leads out of the tree.
	ErrOutside = errors.New("leads out of the tree")
	// ErrNothing is the error about an empty path.
	ErrNothing = errors.New("names no file")
	// ErrInternal is the error about a path that belongs to a version control system.
	ErrInternal = errors.New("belongs to version control")
	// ErrSize is the error about a file that is larger than Limit.
	ErrSize = fmt.Errorf("is larger than %d MiB", Limit>>20)
)

// File is one file: a name below a directory that nothing leads out of.
type File struct {
	root, name string
}

// Within is the file that a tree, or its configuration, names. The path is relative to root, with '/'.
func Within(root, path string) (File, error) {
	name := filepath.FromSlash(path)
	if name == "" {
		return File{}, ErrNothing
	}
	if !filepath.IsLocal(name) {
		return File{}, ErrOutside
	}
	name = filepath.Clean(name)
	for part := range strings.SplitSeq(filepath.ToSlash(name), "/") {
		if internal[strings.ToLower(part)] {
			return File{}, ErrInternal
		}
	}
	return File{root, name}, nil
}

// internal are directories whose files have a meaning to programs that run outside of the tree's own code. File systems
// that do not tell upper case from lower have them under other spellings as well.
var internal = map[string]bool{".git": true, ".hg": true, ".svn": true, ".bzr": true, ".jj": true}

// Named is the file that the user names, relative to root or absolute. One in the tree is bound to it like those that
// the tree names: who gives the name of a committed file does not mean where a link in its place leads.
func Named(root, path string) (File, error) {
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	if within, ok := relative(root, path); ok {
		return Within(root, filepath.ToSlash(within))
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return File{}, plain(err)
	}
	if within, ok := relative(root, filepath.Join(dir, filepath.Base(path))); ok {
		return Within(root, filepath.ToSlash(within))
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return File{filepath.Dir(target), filepath.Base(target)}, nil
	}
	return File{dir, filepath.Base(path)}, nil
}

func relative(root, path string) (string, bool) {
	below, err := filepath.Rel(root, path)
	return below, err == nil && filepath.IsLocal(below)
}

// Read returns the content. The error says what is wrong with the file, without its name; errors.Is(err,
// fs.ErrNotExist) holds for one that is not there.
func (f File) Read() ([]byte, error) {
	root, err := os.OpenRoot(f.root)
	if err != nil {
		return nil, plain(err)
	}
	defer root.Close()
	if err := f.steps(root); err != nil {
		return nil, err
	}
	return Read(root, f.name)
}

// Read reads a regular file below root.
func Read(root *os.Root, name string) ([]byte, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, plain(err)
	}
	if !info.Mode().IsRegular() {
		return nil, atomicfile.NotRegular(info.Mode())
	}
	if info.Size() > Limit {
		return nil, ErrSize
	}
	// Without O_NONBLOCK a pipe that has taken the file's place since keeps the run waiting.
	file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, plain(err)
	}
	defer file.Close()
	var content bytes.Buffer
	content.Grow(int(info.Size()) + bytes.MinRead)
	if _, err := content.ReadFrom(io.LimitReader(file, Limit+1)); err != nil {
		return nil, plain(err)
	}
	if content.Len() > Limit {
		return nil, ErrSize // it has grown since
	}
	return content.Bytes(), nil
}

// Folder opens the directory at the file's place, and makes it, for this user alone, if it is not there.
func (f File) Folder() (folder *os.Root, made bool, err error) {
	root, err := os.OpenRoot(f.root)
	if err != nil {
		return nil, false, plain(err)
	}
	defer root.Close()
	if err := f.steps(root); err != nil {
		return nil, false, err
	}
	err = root.Mkdir(f.name, 0o700)
	made = err == nil
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, false, plain(err)
	}
	if err := directory(root, f.name); err != nil {
		return nil, false, err
	}
	folder, err = root.OpenRoot(f.name)
	return folder, made, plain(err)
}

// Replace puts content in the file's place, or makes the file. An existing file keeps its mode.
func (f File) Replace(content []byte, mode fs.FileMode) error {
	root, err := os.OpenRoot(f.root)
	if err != nil {
		return fmt.Errorf("replace %s: %w", filepath.Join(f.root, f.name), plain(err))
	}
	defer root.Close()
	if err := f.steps(root); err != nil {
		return fmt.Errorf("replace %s: %w", filepath.Join(f.root, f.name), err)
	}
	return atomicfile.Write(root, f.name, content, mode)
}

// steps looks at every directory of the path. os.Root alone keeps a link from leading out of the tree, but not from one
// place in it to another: into version control, say.
func (f File) steps(root *os.Root) error {
	for i := range len(f.name) {
		if f.name[i] != filepath.Separator {
			continue
		}
		if err := directory(root, f.name[:i]); err != nil {
			return fmt.Errorf("%s: %w", filepath.ToSlash(f.name[:i]), err)
		}
	}
	return nil
}

func directory(root *os.Root, name string) error {
	info, err := root.Lstat(name)
	switch {
	case err != nil:
		return plain(err)
	case info.IsDir():
		return nil
	case info.Mode()&fs.ModeSymlink != 0:
		return atomicfile.NotRegular(info.Mode())
	}
	return errors.New("is not a directory")
}

// plain takes the path off an error that is shown beside it.
func plain(err error) error {
	if err == nil {
		return nil
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// Crosses tells whether the way to an absolute path leads through the tree at any step: then a link in the tree could
// send it elsewhere, and what is found there may come with the tree.
func Crosses(root, path string) bool {
	reached := string(filepath.Separator)
	for part := range strings.SplitSeq(filepath.Clean(path), string(filepath.Separator)) {
		reached = filepath.Join(reached, part)
		if _, inside := relative(root, reached); inside {
			return true
		}
		if target, err := filepath.EvalSymlinks(reached); err == nil {
			reached = target
		}
		if _, inside := relative(root, reached); inside {
			return true
		}
	}
	return false
}
