package driver

import (
	"math"
	"runtime/debug"

	"aiohub/internal/files/walk"
)

// memoryPerByte is how many bytes a run may take for one of source before the collector works harder: what lives at
// once is about four.
const memoryPerByte = 7

// makeRoom raises the limit of memory, where there is one, for a tree that does not fit under it: the collector would
// do nothing but run.
func makeRoom(files []walk.File) {
	limit := debug.SetMemoryLimit(-1) // asks
	if limit == math.MaxInt64 {
		return
	}
	var need int64
	for _, file := range files {
		if file.Kind == walk.Python {
			need += memoryPerByte * file.Size
		}
	}
	if need > limit {
		debug.SetMemoryLimit(need)
	}
}
