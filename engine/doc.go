//go:build linux

// Package engine is the core of an event loop: readiness of descriptors, timers, wake-ups, and what streams and
// datagram sockets have still to write.
//
// It knows nothing of Python and holds nothing of its caller's but numbers: tokens, which come back in events, and the
// addresses of buffers that wait to be written. It never calls back. A caller hands over operations ([Op]) and gets
// events ([Event]) in turns; package capi makes a C ABI of that, waits between [Engine.BeginTurn] and [Engine.EndTurn],
// and its engine.h is the manual of every operation and event. What is said there is not repeated here. Linux only: it
// is epoll.
//
// # Data
//
// An [Engine] owns a poll set (poller), a table of descriptors by number (table), a table of sources by handle
// (sources: streams and datagram sockets with their write queues), a heap of timers (Timers), a wake-up descriptor, and
// a board (Board) on which it writes what C may do without it, waits of green threads among it. All is guarded by one
// mutex, and the board's seats by a mark of the board's that C takes as well; both are free while a turn waits for the
// kernel.
//
// # Allocation
//
// Tables, rings and sources are kept and used again: a steady state allocates nothing, so the collector has nothing to
// do.
//
// # Addresses
//
// Buffers are passed as uintptr: they are the caller's memory.
package engine
