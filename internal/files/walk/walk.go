// Package walk finds the files of a tree that can use eventlet: Python files, and the files that require it or
// configure it.
//
// The result is sorted by path and does not depend on the number of workers. Nothing is opened but directories, ignore
// files, and the first line of files without an extension; a File is what lstat said at one moment and may be gone or
// changed by the time somebody reads it.
package walk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"aiohub/internal/files/glob"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/place"
)

// MaxSize is the size in bytes above which a file is reported and not read. The longest files that people write are
// below 2 MB; what a program has generated needs a hundred times its size in memory, which a commit hook should not
// take.
const MaxSize = 16 << 20

// Kind says what a file is to the scanner.
type Kind uint8

const (
	Python   Kind = iota // source code, setup.py too
	Manifest             // requires packages: requirements files, setup.cfg, pyproject.toml, tox.ini, Pipfile
	Env                  // sets environment variables: .env, Dockerfile, units, shell scripts, workflow files
)

// File is one file of the tree.
type File struct {
	Path    string // below the root, '/'-separated
	Kind    Kind
	Size    int64 // bytes
	MTimeNS int64 // when the content was changed, so it says: nanoseconds since 1970
	CTimeNS int64 // when anything about the file was changed, or 0 where the system does not tell
}

// Options narrow a walk. The zero value walks everything but what is never source code.
type Options struct {
	Exclude     glob.List // relative to the root; cannot be taken back by an ignore file
	NoGitignore bool      // look at what .gitignore files hide
	Named       []string  // paths below the root to look at even if an ignore file hides them, or a tool is known to have made them
	Only        []string  // paths below the root beside which nothing is looked at; none for everything
	Workers     int       // directories read at once; at least 1
}

// Result is what a walk found.
type Result struct {
	Files    []File
	Problems []fault.Problem
	Skipped  []string // symbolic links, none of which is followed, and special files
}

// neverSource are directories that tools make; a virtual environment is known by its pyvenv.cfg instead.
var neverSource = map[string]bool{
	".git": true, ".hg": true, ".svn": true, ".bzr": true, ".jj": true,
	".tox": true, ".nox": true, ".venv": true, ".eggs": true, ".direnv": true,
	"__pycache__": true, ".mypy_cache": true, ".pytest_cache": true, ".ruff_cache": true, ".aiohub_cache": true,
	"node_modules": true, "__pypackages__": true, "site-packages": true,
}

// Tree walks the directory root. The error is about root itself, or ctx's.
//
// Symbolic links are not followed: what they name inside the tree is found under its own name, and counting it twice
// would be as wrong as leaving the tree. So a loop of links is nothing special.
func Tree(ctx context.Context, root string, options Options) (*Result, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a directory", root)
	}
	w := &walker{
		root:    root,
		options: options,
		tokens:  make(chan struct{}, max(options.Workers, 1)),
		leads:   leadsTo(options.Named),
		parts:   leadsTo(options.Only),
	}
	var above *ignores
	if !options.NoGitignore {
		above = ignoresAbove(root)
	}
	w.pending.Add(1)
	w.directory(ctx, "", above, false)
	w.pending.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if w.rootErr != nil {
		return nil, w.rootErr
	}
	slices.SortFunc(w.result.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	slices.SortFunc(w.result.Problems, func(a, b fault.Problem) int { return place.Compare(a.Place, b.Place) })
	slices.Sort(w.result.Skipped)
	return &w.result, nil
}

// lead says how a path is related to those that were named.
type lead uint8

const (
	nowhere lead = iota
	onTheWay
	there
)

// leadsTo says of each path how it is related to some, but for what is below them.
func leadsTo(paths []string) map[string]lead {
	leads := map[string]lead{}
	for _, named := range paths {
		leads[named] = there
		for dir := path.Dir(named); dir != "." && leads[dir] == nowhere; dir = path.Dir(dir) {
			leads[dir] = onTheWay
		}
	}
	return leads
}

type walker struct {
	root    string
	options Options
	leads   map[string]lead // to what was named
	parts   map[string]lead // to the parts that are looked at
	tokens  chan struct{}   // one is held while a directory is read; a limited errgroup would block on the directories below
	pending sync.WaitGroup

	mu      sync.Mutex // guards what follows
	result  Result
	rootErr error
}

// directory reads one directory and starts a goroutine for each below it. dir is "" for the root. In one that is hidden
// only what leads to a named path is looked at.
func (w *walker) directory(ctx context.Context, dir string, above *ignores, hidden bool) {
	defer w.pending.Done()
	w.tokens <- struct{}{}
	defer func() { <-w.tokens }()
	if ctx.Err() != nil {
		return
	}
	entries, err := os.ReadDir(filepath.Join(w.root, filepath.FromSlash(dir)))
	var found Result
	defer func() { w.add(found) }()
	if err != nil {
		if dir == "" {
			w.mu.Lock()
			w.rootErr = err
			w.mu.Unlock()
		} else if !errors.Is(err, fs.ErrNotExist) {
			// What was read before the error is still good.
			found.Problems = append(found.Problems, unreadable(dir, err))
		}
	}
	if dir != "" && w.leads[dir] != there &&
		slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == "pyvenv.cfg" }) {
		hidden = true
	}
	ignored := above
	if !w.options.NoGitignore {
		ignored = above.enter(w.root, dir, entries)
	}
	for _, entry := range entries {
		name := entry.Name()
		below := path.Join(dir, name)
		isDir, leads := entry.IsDir(), w.leads[below]
		if !w.part(dir, below) {
			continue
		}
		hidden := hidden || isDir && neverSource[name]
		if hidden && leads == nowhere {
			continue
		}
		kind, wanted := classify(dir, name)
		if !isDir && !wanted {
			maybeScript := entry.Type().IsRegular() && (leads == there || !strings.Contains(name, "."))
			if !maybeScript {
				continue
			}
			if kind, wanted = scriptKind(filepath.Join(w.root, filepath.FromSlash(below))); !wanted {
				continue
			}
		}
		if w.options.Exclude.Match(below, isDir) == glob.Ignored {
			continue
		}
		if ignored.match(below, isDir) {
			hidden = true
		}
		if hidden && leads == nowhere {
			continue
		}
		switch {
		case isDir:
			w.pending.Add(1)
			go w.directory(ctx, below, ignored, hidden && leads != there)
		case !entry.Type().IsRegular():
			found.Skipped = append(found.Skipped, below)
		default:
			info, err := entry.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				found.Problems = append(found.Problems, unreadable(below, err))
				continue
			}
			found.Files = append(found.Files, File{below, kind, info.Size(), info.ModTime().UnixNano(), changeTime(info)})
		}
	}
}

// part tells whether something in a directory lies in the parts that are looked at, or on the way there.
func (w *walker) part(dir, below string) bool {
	return len(w.options.Only) == 0 || w.parts[below] != nowhere || w.within(dir)
}

// within tells whether a directory is one of the parts or below one.
func (w *walker) within(dir string) bool {
	for ; dir != "." && dir != ""; dir = path.Dir(dir) {
		if w.parts[dir] == there {
			return true
		}
	}
	return false
}

func (w *walker) add(found Result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.result.Files = append(w.result.Files, found.Files...)
	w.result.Problems = append(w.result.Problems, found.Problems...)
	w.result.Skipped = append(w.result.Skipped, found.Skipped...)
}

// unreadable is a file or directory that cannot be looked at. The path of the error is left out: it stands beside it.
func unreadable(path string, err error) fault.Problem {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return fault.Problem{Place: place.Place{File: path}, Message: "not scanned: " + err.Error(), Extent: fault.All}
}
