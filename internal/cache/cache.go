// Package cache keeps the outcome of a run, so that the next one on the same content need not read it again.
//
// A cache directory has two kinds of entries. The index says which content each file had: path, size and modification time,
// and the hash of what was read. An outcome is a blob under the hash of all paths and contents of the tree. So a file that is
// touched, or changed and changed back, costs reading it again and no more.
//
// Nothing here can make a run fail or give a wrong answer: entries are replaced as a whole and carry their own checksum;
// one that does not fit is as good as none. Two runs may use one directory at the same time.
package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"aiohub/internal/atomicfile"
	"aiohub/internal/walk"
)

// Hash is that of a file's content; the zero Hash stands for a file that cannot be read.
type Hash [sha256.Size]byte

// Key names an outcome.
type Key [sha256.Size]byte

// keepOutcomes is how many outcomes stay: enough to switch between a few branches.
const keepOutcomes = 8

// racyWindow is how young a file may not be for its time to be trusted: it may be written again within the granularity of
// the file system's clock, with the same size, and look the same. Git calls such entries racily clean.
const racyWindow = 2 * time.Second

// Cache is the state of one run. It must not be used by two runs; Seen may be called from several goroutines.
type Cache struct {
	dir     string // "" for no cache
	root    string
	tool    string
	maxSize int64
	files   []walk.File
	hashes  []Hash // of files, by index
	known   map[string]indexed
	started time.Time
	write   error // the first failed write
}

// Open starts a run on the files of root. tool changes whenever the tool could give another answer. Files larger than
// maxSize bytes count as unreadable, as they do for the scanner. An empty dir is a cache that keeps nothing.
func Open(dir, root, tool string, files []walk.File, maxSize int64) *Cache {
	c := &Cache{dir: dir, root: root, tool: tool, maxSize: maxSize, files: files, hashes: make([]Hash, len(files)), started: time.Now()}
	if dir != "" {
		if content, err := os.ReadFile(c.indexPath()); err == nil {
			c.known = parseIndex(content)
		}
	}
	return c
}

func (c *Cache) indexPath() string { return filepath.Join(c.dir, "index") }

// Lookup returns the outcome for the files as they are, reading those whose content is not known. An outcome that was
// never kept costs no reading when nothing at all is known: then the run that follows reads everything anyway.
func (c *Cache) Lookup(ctx context.Context, workers int, extra string) ([]byte, bool) {
	if len(c.known) == 0 {
		return nil, false
	}
	var missing []int
	for i, file := range c.files {
		if entry, ok := c.known[file.Path]; ok && entry.size == file.Size && entry.mtimeNS == file.MTimeNS {
			c.hashes[i] = entry.hash
		} else {
			missing = append(missing, i)
		}
	}
	c.read(ctx, workers, missing)
	if ctx.Err() != nil {
		return nil, false
	}
	return c.load(c.key(extra))
}

// read hashes files whose content is not known.
func (c *Cache) read(ctx context.Context, workers int, missing []int) {
	work := make(chan int)
	var readers sync.WaitGroup
	for range min(max(workers, 1), max(len(missing), 1)) {
		readers.Go(func() {
			for i := range work {
				if c.files[i].Size > c.maxSize {
					continue
				}
				if content, err := os.ReadFile(filepath.Join(c.root, filepath.FromSlash(c.files[i].Path))); err == nil {
					c.Seen(i, content)
				}
			}
		})
	}
	for _, i := range missing {
		if ctx.Err() != nil {
			break
		}
		work <- i
	}
	close(work)
	readers.Wait()
}

// Seen takes note of what file i holds. It may be called from several goroutines, for different files.
func (c *Cache) Seen(i int, content []byte) { c.hashes[i] = sha256.Sum256(content) }

// Forget drops what Lookup found out, for a run that reads everything itself.
func (c *Cache) Forget() { clear(c.hashes) }

func (c *Cache) key(extra string) Key {
	digest := sha256.New()
	field := func(s string) {
		digest.Write([]byte(s))
		digest.Write([]byte{0}) // no field has a NUL: paths cannot
	}
	field(c.tool)
	field(extra)
	for i, file := range c.files {
		field(file.Path)
		digest.Write([]byte{byte(file.Kind)})
		digest.Write(c.hashes[i][:])
	}
	return Key(digest.Sum(nil))
}

func (c *Cache) outcomePath(key Key) string {
	return filepath.Join(c.dir, "outcome-"+hex.EncodeToString(key[:16]))
}

func (c *Cache) load(key Key) ([]byte, bool) {
	content, err := os.ReadFile(c.outcomePath(key))
	if err != nil || len(content) < 2*sha256.Size {
		return nil, false
	}
	blob := content[2*sha256.Size:]
	if Key(content[:sha256.Size]) != key || sha256.Sum256(blob) != [sha256.Size]byte(content[sha256.Size:2*sha256.Size]) {
		return nil, false
	}
	return blob, true
}

// Store keeps the outcome for the files as seen.
func (c *Cache) Store(extra string, blob []byte) {
	if c.dir == "" || c.prepare() != nil {
		return
	}
	key := c.key(extra)
	sum := sha256.Sum256(blob)
	content := slices.Concat(key[:], sum[:], blob)
	c.failed(atomicfile.WriteVolatile(c.outcomePath(key), content, 0o644))
	c.prune()
}

// Close writes the index, if it has changed, and returns the first write that failed: worth a word, and nothing more.
func (c *Cache) Close() error {
	if c.dir == "" {
		return nil
	}
	content := c.formatIndex()
	if old, err := os.ReadFile(c.indexPath()); err == nil && string(old) == string(content) {
		return c.write
	}
	if c.prepare() == nil {
		c.failed(atomicfile.WriteVolatile(c.indexPath(), content, 0o644))
	}
	return c.write
}

func (c *Cache) failed(err error) {
	if c.write == nil {
		c.write = err
	}
}

// prepare makes the directory and marks it as what it is, for version control and for backups.
func (c *Cache) prepare() error {
	err := os.Mkdir(c.dir, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(c.dir, ".gitignore"), []byte("*\n"), 0o644)
	}
	if err == nil {
		tag := "Signature: 8a477f597d28d172789f06886806bc55\n# This directory is a cache of aiohub and may be deleted.\n"
		err = os.WriteFile(filepath.Join(c.dir, "CACHEDIR.TAG"), []byte(tag), 0o644)
	}
	c.failed(err)
	return err
}

// prune deletes the oldest outcomes, and what a killed run has left behind.
func (c *Cache) prune() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	type old struct {
		name string
		at   time.Time
	}
	var outcomes []old
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			continue
		}
		switch name := entry.Name(); {
		case strings.HasPrefix(name, "outcome-"):
			outcomes = append(outcomes, old{name, info.ModTime()})
		case strings.HasSuffix(name, ".tmp") && c.started.Sub(info.ModTime()) > time.Hour:
			os.Remove(filepath.Join(c.dir, name))
		}
	}
	slices.SortFunc(outcomes, func(a, b old) int { return b.at.Compare(a.at) })
	for _, outcome := range outcomes[min(keepOutcomes, len(outcomes)):] {
		os.Remove(filepath.Join(c.dir, outcome.name))
	}
}
