package cache

import (
	"encoding/hex"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"aiohub/internal/files/atomicfile"
)

// keepOutcomes is how many outcomes stay: enough to switch between a few branches.
const keepOutcomes = 8

const (
	indexName     = "index"
	latestName    = "latest"
	outcomePrefix = "outcome-"
	treePrefix    = "tree-"
)

// hasForm tells whether a name is a prefix and a hash, which is how all our names are made.
func hasForm(name, prefix string) bool {
	digits, ok := strings.CutPrefix(name, prefix)
	decoded, err := hex.DecodeString(digits)
	return ok && err == nil && len(decoded) == 16 && strings.ToLower(digits) == digits
}

// prune deletes the oldest outcomes and graphs, and what a killed run has left behind.
func prune(dir *os.Root, now time.Time) {
	type old struct {
		name string
		at   time.Time
	}
	var outcomes, graphs, findings []old
	for _, info := range regular(dir) {
		switch name := info.Name(); {
		case hasForm(name, outcomePrefix):
			outcomes = append(outcomes, old{name, info.ModTime()})
		case hasForm(name, graphPrefix):
			graphs = append(graphs, old{name, info.ModTime()})
		case hasForm(name, findingsPrefix):
			findings = append(findings, old{name, info.ModTime()})
		case atomicfile.IsTemporary(name) && now.Sub(info.ModTime()) > time.Hour:
			dir.Remove(name)
		}
	}
	keep := func(list []old, n int) {
		slices.SortFunc(list, func(a, b old) int { return b.at.Compare(a.at) })
		for _, entry := range list[min(n, len(list)):] {
			dir.Remove(entry.name)
		}
	}
	keep(outcomes, keepOutcomes)
	keep(graphs, keepGraphs)
	keep(findings, keepOutcomes)
}

// regular lists the regular files of a directory.
func regular(dir *os.Root) []fs.FileInfo {
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		return nil
	}
	var list []fs.FileInfo
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
			list = append(list, info)
		}
	}
	return list
}

// forgetUnused deletes the folders of trees that nobody has looked at for long.
func forgetUnused(home *os.Root, now time.Time) {
	entries, err := fs.ReadDir(home.FS(), ".")
	if err != nil {
		return
	}
	for _, entry := range entries {
		if !entry.IsDir() || !hasForm(entry.Name(), treePrefix) {
			continue
		}
		info, err := home.Lstat(entry.Name() + "/" + indexName)
		if err != nil {
			info, err = entry.Info()
		}
		if err == nil && now.Sub(info.ModTime()) > unusedAfter {
			forget(home, entry.Name())
		}
	}
}

// forget deletes what we have made in a folder, and then the folder if there is nothing else in it.
func forget(home *os.Root, name string) {
	dir, err := home.OpenRoot(name)
	if err != nil {
		return
	}
	defer dir.Close()
	for _, info := range regular(dir) {
		name := info.Name()
		ours := name == indexName || name == latestName || hasForm(name, outcomePrefix) || hasForm(name, graphPrefix) ||
			hasForm(name, findingsPrefix)
		if ours || atomicfile.IsTemporary(name) {
			dir.Remove(name)
		}
	}
	home.Remove(name)
}
