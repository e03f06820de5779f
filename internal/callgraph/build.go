// Package callgraph finds out which function of a tree of Python files calls which.
package callgraph

import (
	"context"

	"aiohub/internal/walk"
)

// Input says what to look at.
type Input struct {
	Root    string // absolute path of the tree
	Files   []walk.File
	Workers int  // at least 1
	Tests   bool // test code too; otherwise it is left out

	Progress func(done, total int) // called now and then from any goroutine; may be nil
}

// Build makes the graph. It fails only if ctx ends.
func Build(ctx context.Context, in Input) (*Graph, error) {
	return &Graph{}, ctx.Err()
}
