package cache

import (
	"context"
	"encoding/hex"
)

// graphPrefix begins the names of call graphs.
const graphPrefix = "graph-"

// keepGraphs is how many call graphs stay: they are large.
const keepGraphs = 3

// Graph returns the call graph of the files as they are. The cache is one that was opened for the files that a graph is
// made from, which are some of those of a run; the index is that of the run.
func (c *Cache) Graph(ctx context.Context, workers int) ([]byte, bool) {
	if !c.recognize(ctx, workers) {
		return nil, false
	}
	name, what := graphEntry(c.key(graphPrefix))
	return c.dir.read(name, what)
}

// StoreGraph keeps the call graph of the files as seen.
func (c *Cache) StoreGraph(blob []byte) {
	if c.dir != nil {
		name, what := graphEntry(c.key(graphPrefix))
		c.failed(c.dir.write(name, what, blob))
		prune(c.dir.Root, c.started)
	}
}

// findingsPrefix begins the names of what rules have found in a call graph.
const findingsPrefix = "findings-"

// Findings returns what rules over the call graph have found in the files as they are; see Graph. extra is what they
// know beside the files.
func (c *Cache) Findings(ctx context.Context, workers int, extra string) ([]byte, bool) {
	if !c.recognize(ctx, workers) {
		return nil, false
	}
	name, what := findingsEntry(c.key(findingsPrefix + extra))
	return c.dir.read(name, what)
}

// StoreFindings keeps what rules over the call graph have found in the files as seen.
func (c *Cache) StoreFindings(extra string, blob []byte) {
	if c.dir != nil {
		name, what := findingsEntry(c.key(findingsPrefix + extra))
		c.failed(c.dir.write(name, what, blob))
		prune(c.dir.Root, c.started)
	}
}

func findingsEntry(key Key) (name, what string) {
	return findingsPrefix + hex.EncodeToString(key[:16]), findingsPrefix + hex.EncodeToString(key[:])
}

// Release ends the use of a cache that was opened for a graph, and returns why nothing is kept, if so. It leaves the
// index alone.
func (c *Cache) Release() error {
	if c.dir != nil {
		c.dir.Close()
	}
	return c.fault
}

func graphEntry(key Key) (name, what string) {
	return graphPrefix + hex.EncodeToString(key[:16]), graphPrefix + hex.EncodeToString(key[:])
}
