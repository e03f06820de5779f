package edit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"aiohub/internal/output/fault"
)

// File is the change of one file on the disk.
type File struct {
	Path   string // where it is
	Shown  string // as messages name it
	Before []byte // what was analysed; nil for a file that is new
	After  []byte // nil for a file that is to go
}

// prepared is a file whose new content lies beside it.
type prepared struct {
	File
	fresh  string // the new content
	saved  string // a second name of the old content, "" for a file that is new
	placed bool
}

// Write brings all files to the disk or none, and deletes those that go: the new contents first, then their names. On
// an error, and when ctx ends on the way, every file is as it was, and nothing is left beside them.
func Write(ctx context.Context, files []File) (err error) {
	// From here on an interrupt ends the work and not the process: the way back must not be cut off.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupts)
	var list []*prepared
	defer func() {
		if err != nil {
			if back := restore(list); back != nil {
				err = errors.Join(err, back)
			}
		}
		clean(list)
	}()
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		p := &prepared{File: f}
		list = append(list, p)
		if err := p.prepare(); err != nil {
			return err
		}
	}
	for _, p := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(interrupts) > 0 {
			return context.Canceled
		}
		if err := p.place(); err != nil {
			return err
		}
	}
	return syncDirectories(list)
}

// prepare writes the new content beside the file, and gives the old a second name.
func (p *prepared) prepare() error {
	mode := os.FileMode(0o644)
	if p.Before != nil {
		info, err := p.unchanged()
		if err != nil {
			return err
		}
		mode = info.Mode().Perm()
	}
	directory := filepath.Dir(p.Path)
	fresh, err := os.CreateTemp(directory, ".aiohub-*.tmp")
	if err != nil {
		return p.failed(err)
	}
	p.fresh = fresh.Name()
	defer fresh.Close()
	if _, err := fresh.Write(p.After); err != nil {
		return p.failed(err)
	}
	if err := fresh.Chmod(mode); err != nil {
		return p.failed(err)
	}
	if err := fresh.Sync(); err != nil {
		return p.failed(err)
	}
	if p.Before == nil {
		return nil
	}
	saved := p.fresh + ".old"
	if err := os.Link(p.Path, saved); err != nil {
		// A file system without second names: the way back needs a copy, made while there is room.
		if err := os.WriteFile(saved, p.Before, mode); err != nil {
			os.Remove(saved)
			return p.failed(err)
		}
	}
	p.saved = saved
	return nil
}

// unchanged makes sure that the file is what was analysed, and may be written.
func (p *prepared) unchanged() (fs.FileInfo, error) {
	info, err := os.Lstat(p.Path)
	if err != nil {
		return nil, p.failed(err)
	}
	if !info.Mode().IsRegular() {
		return nil, fault.At(p.Shown, 0, "is no regular file any more", "run the command again")
	}
	if info.Mode().Perm()&0o222 == 0 {
		return nil, fault.At(p.Shown, 0, "is read-only",
			"make it writable, or leave it out with `exclude`; nothing was changed")
	}
	now, err := os.ReadFile(p.Path)
	if err != nil {
		return nil, p.failed(err)
	}
	if !bytes.Equal(now, p.Before) {
		return nil, fault.At(p.Shown, 0, "has changed since it was analysed", "run the command again; nothing was changed")
	}
	return info, nil
}

func (p *prepared) place() error {
	if p.Before == nil {
		// Unlike a rename, a link never replaces a file that somebody has made meanwhile.
		err := os.Link(p.fresh, p.Path)
		if errors.Is(err, fs.ErrExist) {
			return fault.At(p.Shown, 0, "exists meanwhile", "run the command again; nothing was changed")
		}
		if err != nil {
			err = os.Rename(p.fresh, p.Path)
		}
		if err != nil {
			return p.failed(err)
		}
		p.placed = true
		return nil
	}
	if _, err := p.unchanged(); err != nil {
		return err
	}
	var err error
	if p.After == nil {
		err = os.Remove(p.Path) // its second name keeps it until all is done
	} else {
		err = os.Rename(p.fresh, p.Path)
	}
	if err != nil {
		return p.failed(err)
	}
	p.placed = true
	return nil
}

func (p *prepared) failed(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		err = link.Err
	}
	return fmt.Errorf("write %s, nothing was changed: %w", p.Shown, err)
}

// restore gives the files that have their new content, or have gone, the old one back. It needs no room on the disk.
func restore(list []*prepared) error {
	var failed error
	for _, p := range list {
		if !p.placed {
			continue
		}
		var err error
		if p.Before == nil {
			err = os.Remove(p.Path)
		} else if err = os.Rename(p.saved, p.Path); err != nil {
			failed = errors.Join(failed, fmt.Errorf("restore %s: %w; its old content is %s", p.Shown, err, p.saved))
			p.saved = ""
			continue
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("restore %s: %w", p.Shown, err))
		}
	}
	return failed
}

// clean removes what lies beside the files.
func clean(list []*prepared) {
	for _, p := range list {
		for _, name := range []string{p.fresh, p.saved} {
			if name != "" {
				os.Remove(name)
			}
		}
	}
}

// syncDirectories makes the new names last through a crash of the machine.
func syncDirectories(list []*prepared) error {
	done := map[string]bool{}
	for _, p := range list {
		directory := filepath.Dir(p.Path)
		if done[directory] {
			continue
		}
		done[directory] = true
		opened, err := os.Open(directory)
		if err != nil {
			return p.failed(err)
		}
		err = opened.Sync()
		opened.Close()
		if err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
			return p.failed(err)
		}
	}
	return nil
}
