//go:build linux

package engine

import (
	"bytes"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// stream is a stream over one end of a socket pair, and the other end.
func (r *rig) stream(flags uint32) (handle int64, fd, peer int) {
	r.t.Helper()
	fd, peer = pair(r.t, unix.SOCK_STREAM)
	return r.ok(r.OpenStream(int64(fd), flags, 1)), fd, peer
}

// write hands bytes to a stream; they stay alive until the test ends.
func (r *rig) write(handle int64, data []byte) int64 {
	r.t.Helper()
	var pinner runtime.Pinner
	if len(data) > 0 {
		pinner.Pin(&data[0])
		r.t.Cleanup(pinner.Unpin)
	}
	return r.ok(r.StreamWrite(handle, address(data), int64(len(data))))
}

// pattern is n bytes of which no two neighbours in a row are alike.
func pattern(n int) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(i * 31 >> 3)
	}
	return data
}

func TestStreamIsReadable(t *testing.T) {
	r := newRig(t)
	stream, fd, peer := r.stream(0)
	r.quiet()
	for _, text := range []string{"one", "two", "three"} {
		send(t, peer, text)
		for range 2 { // as long as it is not read
			r.want(r.next(), Event{Token: 1, Kind: EvReadable})
		}
		if got := receive(t, fd, 10); got != text {
			t.Fatalf("got %q, want %q", got, text)
		}
		r.quiet()
	}
	must(t, unix.Shutdown(peer, unix.SHUT_WR))
	r.want(r.next(), Event{Token: 1, Kind: EvReadable})
	r.ok(r.Reading(stream, false))
	r.quiet()
	r.quiet()
}

func TestPausedReading(t *testing.T) {
	r := newRig(t)
	stream, fd, peer := r.stream(Paused)
	send(t, peer, "x")
	r.quiet()
	r.ok(r.Reading(stream, true))
	r.want(r.next(), Event{Token: 1, Kind: EvReadable})
	receive(t, fd, 1)
	r.ok(r.Reading(stream, false))
	send(t, peer, "y")
	r.quiet()
	r.quiet()
	controls := r.Stats().Controls
	r.quiet()
	if r.Stats().Controls != controls {
		t.Fatal("a paused stream costs a system call in every turn")
	}
	r.ok(r.Reading(stream, true))
	r.want(r.next(), Event{Token: 1, Kind: EvReadable})
}

func TestPauseAndResumeWithinATurnCostNothing(t *testing.T) {
	r := newRig(t)
	stream, _, _ := r.stream(0)
	controls := r.Stats().Controls
	for range 10 {
		r.ok(r.Reading(stream, false))
		r.ok(r.Reading(stream, true))
		r.quiet()
	}
	if r.Stats().Controls != controls {
		t.Fatal("the kernel was told")
	}
}

// A hang-up cannot be masked out of a poll set: a paused stream whose peer has gone must not make the loop spin.
func TestPausedStreamWithHungUpPeerDoesNotSpin(t *testing.T) {
	r := newRig(t)
	stream, fd, peer := r.stream(Paused)
	send(t, peer, "last words")
	closeNow(peer)
	r.quiet()
	before := r.Stats().Controls
	r.quiet()
	if got := r.Stats().Controls; got != before {
		t.Fatal("the hang-up is still reported")
	}
	r.ok(r.Reading(stream, true))
	r.want(r.next(), Event{Token: 1, Kind: EvReadable})
	receive(t, fd, 10)
	r.want(r.next(), Event{Token: 1, Kind: EvReadable}) // the end
	r.ok(r.Reading(stream, false))
	r.quiet()
}

func TestResetPeer(t *testing.T) {
	r := newRig(t)
	fd, peer := tcpPair(t)
	stream := r.ok(r.OpenStream(int64(fd), 0, 1))
	reset(t, peer)
	r.want(r.next(), Event{Token: 1, Kind: EvReadable})
	if _, err := unix.Read(fd, make([]byte, 1)); err != unix.ECONNRESET {
		t.Fatalf("got %v", err)
	}
	r.ok(r.Reading(stream, false))
	r.quiet()
	r.quiet()
	r.ok(r.Close(stream))
}

func TestPeerThatResetsWhileDataIsQueued(t *testing.T) {
	r := newRig(t)
	fd, peer := tcpPair(t)
	stream := r.ok(r.OpenStream(int64(fd), Paused, 1))
	written := r.write(stream, pattern(32<<20))
	if written == 32<<20 {
		t.Skip("the kernel took 32 MiB at once")
	}
	if queued := r.Stats().QueuedBytes; queued != 32<<20-written {
		t.Fatalf("%d bytes queued", queued)
	}
	reset(t, peer)
	event := r.next()
	for event.Kind == EvWrote {
		event = r.next()
	}
	if event.Kind != EvError || event.Flags != Out {
		t.Fatalf("got %+v", event)
	}
	if s := r.Stats(); s.QueuedBytes != 0 {
		t.Fatalf("%d bytes are still queued", s.QueuedBytes)
	}
	r.quiet()
}

// The result of a write after the peer has gone is its error, and no signal is raised.
func TestWriteToAClosedPeer(t *testing.T) {
	r := newRig(t)
	stream, _, peer := r.stream(Paused)
	closeNow(peer)
	r.fails(r.StreamWrite(stream, address([]byte("x")), 1), unix.EPIPE)
	r.fails(r.StreamWrite(stream, address([]byte("x")), 1), unix.EPIPE)
	r.quiet()
}

// Everything that is written arrives, in order; results and events add up to it; and what a peer that does not read
// makes the engine hold is what the caller handed over, not more.
func TestWritesArriveInOrder(t *testing.T) {
	for _, test := range []struct {
		name  string
		piece int
		count int
	}{
		{"small", 100, 6000},
		{"more than one system call takes", 10, 60000},
		{"large", 1 << 20, 8},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t)
			stream, _, peer := r.stream(Paused)
			data := pattern(test.piece * test.count)
			var pinner runtime.Pinner
			pinner.Pin(&data[0])
			defer pinner.Unpin()
			var counted int64
			for i := range test.count {
				counted += r.ok(r.StreamWrite(stream, address(data[i*test.piece:]), int64(test.piece)))
				r.ok(r.StreamWrite(stream, 0, 0)) // does no harm
			}
			queued := r.Stats().QueuedBytes
			if queued != int64(len(data))-counted {
				t.Fatalf("%d queued, %d of %d written", queued, counted, len(data))
			}
			got := drain(t, peer)
			for counted < int64(len(data)) {
				event := r.next()
				if event.Kind != EvWrote || event.Result <= 0 {
					t.Fatalf("got %+v", event)
				}
				counted += event.Result
				if (event.Flags&Empty != 0) != (counted == int64(len(data))) {
					t.Fatalf("%+v after %d of %d bytes", event, counted, len(data))
				}
				got = append(got, drain(t, peer)...)
			}
			r.quiet()
			if !bytes.Equal(got, data) {
				t.Fatal("the bytes that arrived are not those that were written")
			}
			if s := r.Stats(); s.WrittenBytes != queued || s.QueuedBytes != 0 {
				t.Fatalf("%+v", s)
			}
		})
	}
}

// What has been queued in pieces goes out in as few system calls as can be.
func TestQueuedPiecesAreGathered(t *testing.T) {
	r := newRig(t)
	stream, _, peer := r.stream(Paused)
	full := pattern(4 << 20)
	written := r.write(stream, full)
	drain(t, peer)
	for written < int64(len(full))-100_000 {
		written += r.next().Result
		drain(t, peer)
	}
	for range 300 {
		r.write(stream, full[:10])
	}
	writes := r.Stats().Writes
	for r.Stats().QueuedBytes > 0 {
		r.next()
		drain(t, peer)
	}
	if got := r.Stats().Writes - writes; got > 20 {
		t.Fatalf("300 pieces took %d writes", got)
	}
}

func TestStaleHandles(t *testing.T) {
	r := newRig(t)
	stream, fd, _ := r.stream(0)
	r.ok(r.Close(stream))
	again := r.ok(r.OpenStream(int64(fd), 0, 2))
	if again == stream {
		t.Fatal("a handle was used twice")
	}
	for name, result := range map[string]int64{
		"close":   r.Close(stream),
		"write":   r.StreamWrite(stream, 0, 0),
		"reading": r.Reading(stream, true),
	} {
		if result != -int64(unix.EBADF) {
			t.Errorf("%s of a closed stream: got %d", name, result)
		}
	}
	r.fails(r.StreamWrite(again, 0, -1), unix.EINVAL)
	r.fails(r.OpenStream(int64(fd), 1<<9, 1), unix.EINVAL)
}

// An event of a stream that is closed after the kernel has reported it, but before the event fits in, is never seen.
func TestStreamClosedWhileItsEventIsCarriedOver(t *testing.T) {
	r := newRig(t)
	r.limit = MinEvents
	handles := map[uint64]int64{}
	for i := range uint64(40) {
		fd, peer := pair(t, unix.SOCK_STREAM)
		handles[i] = r.ok(r.OpenStream(int64(fd), 0, i))
		send(t, peer, "x")
	}
	for _, event := range r.poll() {
		r.ok(r.Close(handles[event.Token]))
		delete(handles, event.Token)
	}
	for token, handle := range handles {
		if token%2 == 0 {
			r.ok(r.Close(handle))
		}
	}
	for {
		events := r.poll()
		if len(events) == 0 {
			break
		}
		for _, event := range events {
			if event.Token%2 == 0 {
				t.Fatalf("an event of a closed stream: %+v", event)
			}
			r.ok(r.Close(handles[event.Token]))
		}
	}
	if r.Stats().Rebuilds != 0 {
		t.Fatal("the poll set was rebuilt for events that were only late")
	}
}
