// Package driver runs the stages one after the other: walk, scan, rules, and what the configuration makes of their
// findings.
//
// A Run's Outcome depends on the tree and the tool alone, never on which rules are selected, so that one outcome in the
// cache serves every command. Outcome.Findings then applies the configuration.
package driver

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/files/cache"
	"aiohub/internal/files/config"
	"aiohub/internal/files/gitindex"
	"aiohub/internal/files/glob"
	"aiohub/internal/files/walk"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/place"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Options say how to run; none of them changes the outcome, but Unsaved: contents of files as somebody has them who has
// not saved them yet, by path below the root. The files need not be there.
type Options struct {
	Workers  int
	NoCache  bool
	Tool     string                // identifies the program for the cache
	Rules    []*rule.Rule          // all rules
	Progress func(done, total int) // may be nil
	Unsaved  map[string][]byte     // contents of files that are not saved
}

// Outcome is all that is found out about a tree. Everything in it is sorted.
type Outcome struct {
	Records    []scan.Record
	Entries    []scan.Entry
	Problems   []fault.Problem
	Raw        []finding.Finding // of all rules, before the configuration
	Directives []Comment
	Files      int // Python files
	Lines      int
	Bytes      int64

	// What follows belongs to the run and is not kept.
	Walked  []walk.File // all files of the tree
	Paths   []string    // of the Python files
	Skipped []string    // symbolic links and special files that were not followed
	Cached  bool        // the outcome is that of an earlier run
	// Missed are paths that were asked for and not looked at, and why.
	Missed []fault.Problem
	// CacheFault is why the cache could not be written, if so.
	CacheFault error

	graphed bool // the rules over the call graph have been run
}

// Run looks at the configured tree. The error is about its root, or ctx's.
func Run(ctx context.Context, c *config.Config, options Options) (*Outcome, error) {
	exclude, err := glob.ParseList(c.Exclude)
	if err != nil {
		return nil, err
	}
	tree, err := walk.Tree(ctx, c.Root, walk.Options{
		Exclude: exclude, NoGitignore: !c.RespectGitignore, Workers: options.Workers, Named: c.Within, Only: c.Parts,
	})
	if err != nil {
		return nil, err
	}
	if len(c.Parts) == 0 {
		tree.Problems = append(tree.Problems, leftOut(c.Root, exclude)...)
	}
	for path := range options.Unsaved {
		take(tree, path)
	}
	makeRoom(tree.Files)
	// What is not saved yet is not worth keeping, but what is known of all else serves it.
	store := cache.Open(cacheOf(c, options), options.Tool, tree.Files, walk.MaxSize)
	outcome, err := through(ctx, store, c.Root, tree, options)
	if err != nil {
		return nil, err
	}
	outcome.Walked = tree.Files
	for _, file := range tree.Files {
		if file.Kind == walk.Python {
			outcome.Paths = append(outcome.Paths, file.Path)
		}
	}
	outcome.Skipped = tree.Skipped
	outcome.Missed = missed(c, exclude, tree)
	outcome.CacheFault = store.Close()
	return outcome, nil
}

// leftOut finds what is not there because the checkout is a sparse one. What was counted there before is not gone.
func leftOut(root string, exclude glob.List) []fault.Problem {
	var list []fault.Problem
	for _, path := range gitindex.LeftOut(root, func(path string, isDir bool) bool {
		_, wanted := walk.Classify(path)
		return (wanted || isDir) && !exclude.Covers(path) && (!isDir || exclude.Match(path, true) != glob.Ignored)
	}) {
		list = append(list, fault.Problem{Place: place.Place{File: path}, Extent: fault.All,
			Message: "not scanned: left out by a sparse checkout",
			Hint:    "`git sparse-checkout disable` brings it, or exclude it: `exclude = [\"path\"]` in `[tool.aiohub]`"})
	}
	return list
}

// take puts a file that is not saved among the others.
func take(tree *walk.Result, path string) {
	at, found := slices.BinarySearchFunc(tree.Files, path,
		func(f walk.File, path string) int { return strings.Compare(f.Path, path) })
	if !found {
		kind, wanted := walk.Classify(path)
		if !wanted {
			kind = walk.Python
		}
		tree.Files = slices.Insert(tree.Files, at, walk.File{Path: path, Kind: kind})
	}
}

// missed finds the paths that were asked for, and in which there is nothing that was looked at.
func missed(c *config.Config, exclude glob.List, tree *walk.Result) []fault.Problem {
	var list []fault.Problem
	miss := func(path, format string, args ...any) {
		list = append(list, fault.Problem{Place: place.Place{File: path}, Message: fmt.Sprintf(format, args...)})
	}
	for _, path := range c.Within {
		info, err := os.Stat(filepath.Join(c.Root, filepath.FromSlash(path)))
		isDir := err == nil && info.IsDir()
		seen := slices.ContainsFunc(tree.Files, func(f walk.File) bool {
			return f.Path == path || isDir && f.Kind == walk.Python && strings.HasPrefix(f.Path, path+"/")
		})
		switch {
		case seen:
		case exclude.Covers(path) || isDir && exclude.Match(path, true) == glob.Ignored:
			miss(path, "is excluded (%s)", c.Origin("exclude"))
		case isDir:
			miss(path, "no Python files in it")
		case err == nil && !info.Mode().IsRegular():
			miss(path, "is not a regular file, and is not looked at")
		default:
			miss(path, "is neither Python nor a file that requires or configures something, and is not looked at")
		}
	}
	return list
}

// Sources scans the configured tree for who needs the files themselves, with their trees: nothing of it comes from the
// cache.
func Sources(ctx context.Context, c *config.Config, options Options) (result *scan.Result, paths []string, err error) {
	exclude, err := glob.ParseList(c.Exclude)
	if err != nil {
		return nil, nil, err
	}
	tree, err := walk.Tree(
		ctx,
		c.Root,
		walk.Options{Exclude: exclude, NoGitignore: !c.RespectGitignore, Only: c.Parts, Workers: options.Workers},
	)
	if err != nil {
		return nil, nil, err
	}
	result, err = scan.Run(ctx,
		scan.Input{Root: c.Root, Files: tree.Files, Workers: options.Workers, Progress: options.Progress})
	if err != nil {
		return nil, nil, err
	}
	for _, file := range tree.Files {
		if file.Kind == walk.Python {
			paths = append(paths, file.Path)
		}
	}
	result.Problems = append(result.Problems, tree.Problems...)
	slices.SortStableFunc(result.Problems, func(a, b fault.Problem) int { return place.Compare(a.Place, b.Place) })
	return result, paths, nil
}
