//go:build linux

package main

import (
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"aiohub/engine"
)

// registry is the engines by handle. Reading it takes no lock: the list is replaced, never changed.
type registry struct {
	mu   sync.Mutex
	list atomic.Pointer[[]place]
}

// place is an index that engines have one after the other; use makes their handles differ.
type place struct {
	use    int64
	engine *engine.Engine
}

func (r *registry) places() []place {
	if list := r.list.Load(); list != nil {
		return *list
	}
	return nil
}

// maxEngines is the number of places: the boards of C's table.
const maxEngines = 4096

// add gives an engine a handle; 0 if there are too many.
func (r *registry) add(e *engine.Engine) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := append([]place(nil), r.places()...)
	index := 0
	for index < len(list) && list[index].engine != nil {
		index++
	}
	if index == maxEngines {
		return 0
	}
	if index == len(list) {
		list = append(list, place{})
	}
	list[index].use++
	list[index].engine = e
	r.list.Store(&list)
	handle := list[index].use<<32 | int64(index)
	e.Board().Handle.Store(handle)
	return handle
}

// find is the engine of a handle, nil if there is none.
func (r *registry) find(handle int64) *engine.Engine {
	list := r.places()
	index, use := handle&(1<<32-1), handle>>32
	if index >= int64(len(list)) || list[index].use != use {
		return nil
	}
	return list[index].engine
}

// ask has the next turn of every engine come to Go, where a panic may wait for it.
func (r *registry) ask() {
	for _, place := range r.places() {
		if place.engine != nil {
			place.engine.Board().Pending.Store(1)
		}
	}
}

// free frees an engine and its handle.
func (r *registry) free(handle int64) unix.Errno {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.find(handle)
	if e == nil {
		return unix.EBADF
	}
	if errno := e.Free(); errno != 0 {
		return errno
	}
	list := append([]place(nil), r.places()...)
	list[handle&(1<<32-1)].engine = nil
	r.list.Store(&list)
	return 0
}
