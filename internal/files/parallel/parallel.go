// Package parallel shares work out among goroutines.
package parallel

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Each calls the function that each worker gets from start with every index below n, each index once, and returns when
// all are done. When ctx ends no further index is begun, and its error is returned. A worker's function may keep memory
// of its own.
func Each(ctx context.Context, workers, n int, start func() func(int)) error {
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range min(max(workers, 1), max(n, 1)) {
		group.Go(func() error {
			work := start()
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				work(i)
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}
