//go:build linux

package main

import (
	"testing"

	"golang.org/x/sys/unix"

	"aiohub/engine"
)

// aWaiter is an engine, and a socket of which nothing else is wanted.
func aWaiter(t *testing.T) (d driven, fd, peer int) {
	t.Helper()
	d = newDriven()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = unix.Close(fds[0])
		_ = unix.Close(fds[1])
		if code := d.free(); code != 0 {
			t.Errorf("free: %d", code)
		}
	})
	return d, fds[0], fds[1]
}

func wantWait(t *testing.T, d driven, fd int, token uint64) {
	t.Helper()
	var events [16]engine.Event
	n := d.turn(nil, events[:], 0)
	want := engine.Event{Token: token, Kind: engine.EvWait, Flags: engine.In, Result: int64(fd)}
	if n != 1 || events[0] != want {
		t.Fatalf("%d events, the first %+v; want %+v", n, events[0], want)
	}
}

// The first wait makes the registration, which is Go's; after that neither waits nor the turns that end them are.
func TestWaitsNeedNoGo(t *testing.T) {
	d, fd, peer := aWaiter(t)
	if _, err := unix.Write(peer, []byte("x")); err != nil {
		t.Fatal(err)
	}
	board := engines.find(int64(d.handle)).Board()
	const waits = 5
	for token := range uint64(waits) {
		if code := d.wait(fd, engine.In|engine.Pri, token); code != 0 {
			t.Fatal(code)
		}
		wantWait(t, d, fd, token)
	}
	if turns, controls := board.Turns.Load(), board.Controls.Load(); turns != waits || controls != waits-1 {
		t.Fatalf("of %d waits, C has made the turns of %d and has armed %d", waits, turns, controls)
	}
	if s := d.stats(); s.Watched != 0 || s.Turns != waits || s.Events != waits || s.Controls < waits {
		t.Fatalf("got %+v", s)
	}
}

// A thread that cannot have the board at once goes through Go, and waits there.
func TestWaitsAreMadeWhileAnotherThreadTurns(t *testing.T) {
	d, fd, peer := aWaiter(t)
	const waits = 3000
	seen := make(chan uint64)
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		var events [16]engine.Event
		for {
			select {
			case <-stop:
				return
			default:
			}
			for i := range d.turn(nil, events[:], 1_000_000) {
				seen <- events[i].Token
			}
		}
	}()
	var one [1]byte
	for token := range uint64(waits) {
		if code := d.wait(fd, engine.In, token); code != 0 {
			t.Errorf("wait: %d", code)
		}
		_ = d.stats() // has the lock in Go, beside the turns
		if _, err := unix.Write(peer, one[:]); err != nil {
			t.Error(err)
		}
		if got := <-seen; got != token {
			t.Errorf("wait %d was reported as %d", token, got)
		}
		if _, err := unix.Read(fd, one[:]); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	<-done
}
