//go:build linux

package engine

import "runtime"

// Stats is struct aio_stats.
type Stats struct {
	Timers          int64
	TimersCancelled int64
	Watched         int64
	Streams         int64
	Datagrams       int64
	QueuedBytes     int64

	Turns        int64
	Events       int64
	Operations   int64
	Wakes        int64
	TimersFired  int64
	Writes       int64
	WrittenBytes int64
	Controls     int64
	Stale        int64
	Rebuilds     int64

	Goroutines int64
	Panics     int64 // filled in by package capi
}

// Stats is aio_stats.
func (e *Engine) Stats() Stats {
	e.lock()
	defer e.unlock()
	s := e.stats
	s.Timers = int64(e.timers.Pending())
	s.TimersCancelled = int64(e.timers.Cancelled())
	s.Watched = e.watched()
	s.Streams = e.sources.count[streamSource]
	s.Datagrams = e.sources.count[dgramSource]
	s.QueuedBytes = e.queued
	s.Controls = e.poller.controls + e.board.Controls.Load()
	s.Turns += e.board.Turns.Load()
	s.Events += e.board.Found.Load()
	s.Goroutines = int64(runtime.NumGoroutine())
	return s
}

// watched counts the numbers that are watched or waited for.
func (e *Engine) watched() (n int64) {
	for fd, ent := range e.table.all {
		if now := *ent; e.take(fd, &now).interested() {
			n++
		}
	}
	return n
}
