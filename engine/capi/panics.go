//go:build linux

package main

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Results that are no -errno.
const panicked = -100000

var panics struct {
	inject atomic.Int64 // the function that is to panic next, for tests
	count  atomic.Int64
	mu     sync.Mutex
	last   string
}

// begin is the first thing an export does.
func begin(fn int64) {
	if panics.inject.Load() == fn && panics.inject.CompareAndSwap(fn, 0) {
		panic("injected by aio_inject_panic")
	}
}

// guard turns a panic of the export that defers it into a result: it must not unwind into C.
func guard[T ~int64](result *T) {
	if reason := recover(); reason != nil {
		text := fmt.Sprintf("%v\n\n%s", reason, debug.Stack())
		panics.mu.Lock()
		panics.last = text
		panics.mu.Unlock()
		panics.count.Add(1)
		*result = panicked
	}
}

func lastPanic() string {
	panics.mu.Lock()
	defer panics.mu.Unlock()
	return panics.last
}
