package driver

import (
	"math"
	"runtime/debug"
	"testing"

	"aiohub/internal/files/walk"
)

func TestMakeRoom(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	for _, test := range []struct{ limit, size, want int64 }{
		{160 << 20, 1 << 20, 160 << 20},
		{160 << 20, 100 << 20, 700 << 20},
		{math.MaxInt64, 100 << 20, math.MaxInt64},
	} {
		debug.SetMemoryLimit(test.limit)
		makeRoom([]walk.File{{Kind: walk.Python, Size: test.size}, {Kind: walk.Env, Size: 1 << 40}})
		if got := debug.SetMemoryLimit(-1); got != test.want {
			t.Errorf("%+v: %d", test, got)
		}
	}
}
