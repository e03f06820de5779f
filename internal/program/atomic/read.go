package atomic

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

// ReadAll reads the facts of files, which are named relative to root. unsaved has contents that stand for those on the
// disk. A file that cannot be read has none; it is said elsewhere.
func ReadAll(ctx context.Context, root string, paths []string, unsaved map[string][]byte, workers int) ([]*File,
	error) {
	files := make([]*File, len(paths))
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(max(workers, 1), max(len(paths), 1)) {
		group.Go(func() {
			var parser pysyntax.Parser
			var builder pyscope.Builder
			var reader Reader
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(paths) {
					return
				}
				src, ok := unsaved[paths[i]]
				if !ok {
					var err error
					if src, err = os.ReadFile(filepath.Join(root, filepath.FromSlash(paths[i]))); err != nil {
						continue
					}
				}
				tree := parser.Parse(src)
				files[i] = reader.Read(paths[i], tree, builder.Build(tree))
			}
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return files, nil
}
