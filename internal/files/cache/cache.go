// Package cache keeps the outcome of a run, so that the next one on the same content need not read it again.
//
// The folder of a tree has four kinds of entries. The index says which content each file had: path, size and times, and
// the hash of what was read. An outcome is a blob under the hash of all paths and contents of the tree. So a file that
// is touched, or changed and changed back, costs reading it again and no more. The latest says which outcome is that of
// the last run: what it knows of files that have not changed since is good for the next. A graph is a blob like an
// outcome, of the files that it is made from.
//
// Nothing here can make a run fail or give a wrong answer: entries are replaced as a whole, and one is believed only if
// it carries the seal of a key that is this user's and never in a scanned tree. One that does not fit is as good as
// none. Two runs may use one folder at the same time.
package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"aiohub/internal/files/walk"
)

// Hash is that of a file's content; the zero Hash stands for a file that cannot be read.
type Hash [sha256.Size]byte

// Key names an outcome.
type Key [sha256.Size]byte

// racyWindow is how young a file may not be for its time to be trusted: it may be written again within the granularity
// of the file system's clock, with the same size, and look the same. Git calls such entries racily clean.
const racyWindow = 2 * time.Second

// Where says where a cache is kept.
type Where struct {
	Root string // the tree, absolute and without links
	Own  string // a path below Root, "" for the user's folder
	None bool   // nowhere

	// Unsaved are contents, by path, that stand for those on the disk. With them the cache is read, and nothing is
	// kept.
	Unsaved map[string][]byte
}

// Cache is the state of one run. It must not be used by two runs; Seen may be called from several goroutines.
type Cache struct {
	dir     *folder // nil for no cache
	root    string
	unsaved map[string][]byte
	tool    string
	maxSize int64
	files   []walk.File
	hashes  []Hash // of files, by index
	known   map[string]indexed
	latest  string // the outcome of this run: its name and what it is sealed as
	started time.Time
	fault   error // why the folder cannot be used, or the first failed write
}

// Open starts a run on the files of a tree. tool changes whenever the tool could give another answer. Files larger than
// maxSize bytes count as unreadable, as they do for the scanner.
func Open(where Where, tool string, files []walk.File, maxSize int64) *Cache {
	c := &Cache{root: where.Root, unsaved: where.Unsaved, tool: tool, maxSize: maxSize, files: files,
		hashes: make([]Hash, len(files)), started: time.Now()}
	if where.None {
		return c
	}
	dir, err := open(where.Root, where.Own)
	if err != nil {
		c.fault = err
		return c
	}
	c.dir = dir
	if content, ok := dir.read(indexName, indexName); ok {
		c.known = parseIndex(content)
	}
	return c
}

// Lookup returns the outcome for the files as they are, reading those whose content is not known. An outcome that was
// never kept costs no reading when nothing at all is known: then the run that follows reads everything anyway.
func (c *Cache) Lookup(ctx context.Context, workers int, extra string) ([]byte, bool) {
	if !c.recognize(ctx, workers) {
		return nil, false
	}
	name, what := outcome(c.key(extra))
	blob, ok := c.dir.read(name, what)
	if ok {
		c.latest = name + "\n" + what
	}
	return blob, ok
}

// recognize finds out what the files hold. It reports whether there is anything to compare it with.
func (c *Cache) recognize(ctx context.Context, workers int) bool {
	if len(c.known) == 0 {
		return false
	}
	var missing []int
	for i, file := range c.files {
		if content, ok := c.unsaved[file.Path]; ok {
			c.Seen(i, content)
		} else if entry, ok := c.known[file.Path]; ok && entry.matches(file) {
			c.hashes[i] = entry.hash
		} else {
			missing = append(missing, i)
		}
	}
	c.read(ctx, workers, missing)
	return ctx.Err() == nil
}

// Earlier returns the outcome of the run before this one, which was of other contents. That of a tool with other answers
// is none.
func (c *Cache) Earlier() ([]byte, bool) {
	if c.dir == nil {
		return nil, false
	}
	pointer, ok := c.dir.read(latestName, c.pointer())
	if !ok {
		return nil, false
	}
	name, what, _ := strings.Cut(string(pointer), "\n")
	return c.dir.read(name, what)
}

// pointer is what the latest is sealed as.
func (c *Cache) pointer() string { return latestName + " " + c.tool }

// Keeps tells whether outcomes are kept at all.
func (c *Cache) Keeps() bool { return c.dir != nil && c.unsaved == nil }

// Hashes are those of the files, as far as Lookup and Seen know them.
func (c *Cache) Hashes() []Hash { return c.hashes }

// read hashes files whose content is not known.
func (c *Cache) read(ctx context.Context, workers int, missing []int) {
	var readers errgroup.Group
	readers.SetLimit(max(workers, 1))
	for _, i := range missing {
		if ctx.Err() != nil {
			break
		}
		readers.Go(func() error {
			if c.files[i].Size <= c.maxSize {
				if content, err := os.ReadFile(filepath.Join(c.root, filepath.FromSlash(c.files[i].Path))); err == nil {
					c.Seen(i, content)
				}
			}
			return nil
		})
	}
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

// outcome gives the name of an outcome's entry, and what it is sealed as: the whole key.
func outcome(key Key) (name, what string) {
	return outcomePrefix + hex.EncodeToString(key[:16]), hex.EncodeToString(key[:])
}

// Store keeps the outcome for the files as seen.
func (c *Cache) Store(extra string, blob []byte) {
	if c.Keeps() {
		name, what := outcome(c.key(extra))
		c.failed(c.dir.write(name, what, blob))
		c.latest = name + "\n" + what
		prune(c.dir.Root, c.started)
	}
}

// Close writes the index, if it has changed, and returns why nothing is kept, if so: worth a word, and nothing more.
func (c *Cache) Close() error {
	if c.dir == nil {
		return c.fault
	}
	defer c.dir.Close()
	if !c.Keeps() {
		return nil
	}
	if old, ok := c.dir.read(latestName, c.pointer()); c.latest != "" && (!ok || string(old) != c.latest) {
		c.failed(c.dir.write(latestName, c.pointer(), []byte(c.latest)))
	}
	content := c.formatIndex()
	if old, ok := c.dir.read(indexName, indexName); !ok || string(old) != string(content) {
		c.failed(c.dir.write(indexName, indexName, content))
	} else {
		// Its time says that the folder is in use.
		c.dir.Chtimes(indexName, c.started, c.started)
	}
	return c.fault
}

func (c *Cache) failed(err error) {
	if c.fault == nil {
		c.fault = err
	}
}
