//go:build linux

package engine

import (
	"testing"

	"golang.org/x/sys/unix"
)

// Run with: go test -run '^$' -bench . ./engine

func BenchmarkTimerAddCancel(b *testing.B) {
	var timers Timers
	for i := range uint64(1000) {
		timers.Add(i, int64(i))
	}
	deadline := int64(1000)
	for b.Loop() {
		deadline++
		timers.Add(2000, deadline)
		timers.Cancel(2000)
	}
}

func BenchmarkTimerAddExpire(b *testing.B) {
	var timers Timers
	for i := range uint64(100_000) {
		timers.Add(i, int64(i))
	}
	now := int64(0)
	for b.Loop() {
		token, _ := timers.Expire(now)
		timers.Add(token, now+100_000)
		now++
	}
}

func BenchmarkEmptyTurn(b *testing.B) {
	r := newRig(b)
	for b.Loop() {
		r.Turn(nil, r.events[:], 0)
	}
}

func BenchmarkWake(b *testing.B) {
	r := newRig(b)
	for b.Loop() {
		r.wake()
		r.Turn(nil, r.events[:], -1)
	}
}

// BenchmarkEcho is one 64-byte message on each of 50 streams, read and written back, both ends in this process.
func BenchmarkEcho(b *testing.B) {
	r := newRig(b)
	const n = 50
	var peers, fds [n]int
	var handles [n]int64
	for i := range peers {
		fd, peer := pair(b, unix.SOCK_STREAM)
		peers[i], fds[i], handles[i] = peer, fd, r.ok(r.OpenStream(int64(fd), 0, uint64(i)))
	}
	buf := make([]byte, 64)
	at := address(buf)
	for b.Loop() {
		for _, peer := range peers {
			_, _ = unix.Write(peer, buf)
		}
		got := r.Turn(nil, r.events[:], -1)
		for _, event := range r.events[:got] {
			_, _ = unix.Read(fds[event.Token], buf)
			r.StreamWrite(handles[event.Token], at, int64(len(buf)))
		}
		for _, peer := range peers {
			_, _ = unix.Read(peer, buf)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/message")
}

func BenchmarkWait(b *testing.B) {
	r := newRig(b)
	fd, _ := pair(b, unix.SOCK_STREAM)
	for b.Loop() {
		r.Wait(int64(fd), Out, 1)
		r.Turn(nil, r.events[:], -1)
	}
}
