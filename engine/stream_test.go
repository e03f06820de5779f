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

func TestStreamReads(t *testing.T) {
	r := newRig(t)
	_, _, peer := r.stream(0)
	r.quiet()
	for _, text := range []string{"one", "two", "three"} {
		send(t, peer, text)
		event := r.next()
		r.want(event, Event{Token: 1, Kind: EvData, Result: int64(len(text))})
		if got := r.data(event); got != text {
			t.Fatalf("got %q, want %q", got, text)
		}
	}
	must(t, unix.Shutdown(peer, unix.SHUT_WR))
	r.want(r.next(), Event{Token: 1, Kind: EvEOF})
	r.quiet()
}

func TestStreamsOfOneTurnDoNotShareMemory(t *testing.T) {
	r := newRig(t)
	var peers []int
	for range 20 {
		_, _, peer := r.stream(0)
		peers = append(peers, peer)
	}
	for i, peer := range peers {
		send(t, peer, string(rune('a'+i)))
	}
	got := ""
	for _, event := range r.poll() {
		got += r.data(event)
	}
	if got != "abcdefghijklmnopqrst" {
		t.Fatalf("got %q", got)
	}
}

// More than the slab holds is ready at once: nothing is lost, nobody starves.
func TestSlabIsSharedOut(t *testing.T) {
	r := newRig(t)
	const n, each = 30, 200 << 10
	total := map[uint64]int{}
	for i := range n {
		fd, peer := pair(t, unix.SOCK_STREAM)
		r.ok(r.OpenStream(int64(fd), 0, uint64(i)))
		total[uint64(i)] = -fill(t, peer)
	}
	for turns := 0; len(total) > 0; turns++ {
		if turns > 1000 {
			t.Fatalf("still waiting for %v", total)
		}
		for _, event := range r.poll() {
			if event.Kind != EvData {
				t.Fatalf("got %+v", event)
			}
			if total[event.Token] += int(event.Result); total[event.Token] == 0 {
				delete(total, event.Token)
			}
		}
	}
}

func TestStreamNotify(t *testing.T) {
	r := newRig(t)
	stream, _, peer := r.stream(Notify)
	send(t, peer, "hello")
	r.want(r.next(), Event{Token: 1, Kind: EvReadable})
	buf := make([]byte, 3)
	if n := r.ok(r.StreamRead(stream, address(buf), 3)); string(buf[:n]) != "hel" {
		t.Fatalf("got %q", buf[:n])
	}
	r.want(r.next(), Event{Token: 1, Kind: EvReadable})
	if n := r.ok(r.StreamRead(stream, address(buf), 3)); string(buf[:n]) != "lo" {
		t.Fatalf("got %q", buf[:n])
	}
	r.fails(r.StreamRead(stream, address(buf), 3), unix.EAGAIN)
	r.fails(r.StreamRead(stream, address(buf), 0), unix.EINVAL)
	r.quiet()
	r.ok(r.StreamMode(stream, 0))
	send(t, peer, "x")
	r.want(r.next(), Event{Token: 1, Kind: EvData, Result: 1})
	r.ok(r.StreamMode(stream, Notify))
	closeNow(peer)
	r.want(r.next(), Event{Token: 1, Kind: EvReadable})
	for range 2 {
		if n := r.StreamRead(stream, address(buf), 3); n != 0 {
			t.Fatalf("end of file expected, got %d", n)
		}
	}
	r.quiet()
	r.fails(r.StreamMode(stream, File), unix.EINVAL)
}

func TestPausedReading(t *testing.T) {
	r := newRig(t)
	stream, _, peer := r.stream(Paused)
	send(t, peer, "x")
	r.quiet()
	r.ok(r.Reading(stream, true))
	r.want(r.next(), Event{Token: 1, Kind: EvData, Result: 1})
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
	r.want(r.next(), Event{Token: 1, Kind: EvData, Result: 1})
}

func TestPauseAndResumeWithinATurnCostNothing(t *testing.T) {
	r := newRig(t)
	stream, _, _ := r.stream(0)
	controls := r.Stats().Controls
	for range 10 {
		r.poll(Op{Code: OpReading, Handle: stream, ID: 0}, Op{Code: OpReading, Handle: stream, ID: 1})
	}
	if r.Stats().Controls != controls {
		t.Fatal("the kernel was told")
	}
}

// A hang-up cannot be masked out of a poll set: a paused stream whose peer has gone must not make the loop spin.
func TestPausedStreamWithHungUpPeerDoesNotSpin(t *testing.T) {
	r := newRig(t)
	stream, _, peer := r.stream(Paused)
	send(t, peer, "last words")
	closeNow(peer)
	r.quiet()
	before := r.Stats().Controls
	r.quiet()
	if got := r.Stats().Controls; got != before {
		t.Fatal("the hang-up is still reported")
	}
	r.ok(r.Reading(stream, true))
	r.want(r.next(), Event{Token: 1, Kind: EvData, Result: 10})
	r.want(r.next(), Event{Token: 1, Kind: EvEOF})
	r.quiet()
}

func TestResetPeer(t *testing.T) {
	r := newRig(t)
	fd, peer := tcpPair(t)
	stream := r.ok(r.OpenStream(int64(fd), 0, 1))
	reset(t, peer)
	r.want(r.next(), Event{Token: 1, Kind: EvError, Flags: In, Result: -int64(unix.ECONNRESET)})
	r.quiet()
	r.fails(r.StreamWrite(stream, address([]byte("x")), 1), unix.ECONNRESET)
	r.fails(r.Shutdown(stream), unix.ECONNRESET)
	r.ok(r.Reading(stream, true))
	r.quiet()
	r.ok(r.Close(stream, 0))
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
	two := []Buf{{Data: uint64(address([]byte("x"))), Len: 1}, {Data: uint64(address([]byte("y"))), Len: 1}}
	r.fails(r.StreamWritev(stream, two), unix.EPIPE)
	r.quiet()
}

// Everything that is written arrives, in order, however it is handed over; results and events add up to it; and what a peer that
// does not read makes the engine hold is what the caller handed over, not more.
func TestWritesArriveInOrder(t *testing.T) {
	for _, test := range []struct {
		name  string
		piece int
		count int
		each  int // pieces in one operation
	}{
		{"small", 100, 3000, 1},
		{"gathered", 100, 6000, 300},
		{"more than one system call takes", 10, 20000, 2500},
		{"large", 1 << 20, 8, 1},
		{"large and gathered", 300 << 10, 24, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t)
			stream, _, peer := r.stream(Paused)
			data := pattern(test.piece * test.count)
			var pinner runtime.Pinner
			pinner.Pin(&data[0])
			defer pinner.Unpin()
			var pieces []Buf
			for i := range test.count {
				pieces = append(pieces, Buf{Data: uint64(address(data[i*test.piece:])), Len: uint64(test.piece)})
				pieces = append(pieces, Buf{}) // an empty one does no harm
			}
			pinner.Pin(&pieces[0])
			var ops []Op
			for len(pieces) > 0 {
				now := pieces[:min(2*test.each, len(pieces))]
				pieces = pieces[len(now):]
				ops = append(ops, Op{Code: OpWritev, Handle: stream, Data: uint64(bufsAddress(now)), Len: int64(len(now))})
			}
			r.Submit(ops)
			var counted int64
			for _, op := range ops {
				counted += r.ok(op.Result)
			}
			if queued := r.ok(r.StreamQueued(stream)); queued != int64(len(data))-counted {
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
			if s := r.Stats(); s.WrittenBytes != int64(len(data)) || s.QueuedBytes != 0 {
				t.Fatalf("%+v", s)
			}
		})
	}
}

func TestGatheredWriteIsOneSystemCall(t *testing.T) {
	r := newRig(t)
	stream, _, peer := r.stream(Paused)
	data := []byte("abcdef")
	pieces := []Buf{{uint64(address(data)), 2}, {uint64(address(data[2:])), 3}, {uint64(address(data[5:])), 1}}
	r.ok(r.StreamWritev(stream, pieces))
	if s := r.Stats(); s.Writes != 1 || receive(t, peer, 10) != "abcdef" {
		t.Fatalf("%d writes", s.Writes)
	}
}

func TestWaterMarks(t *testing.T) {
	r := newRig(t)
	stream, _, peer := r.stream(Paused)
	r.fails(r.StreamMarks(stream, 2, 1), unix.EINVAL)
	r.fails(r.StreamMarks(stream, -1, 1), unix.EINVAL)
	r.ok(r.StreamMarks(stream, 100_000, 500_000))
	data := pattern(4 << 20)
	r.write(stream, data)
	low := 0
	for queued := r.StreamQueued(stream); queued > 0; queued = r.StreamQueued(stream) {
		drain(t, peer)
		event := r.next()
		now := queued - event.Result
		if event.Flags&Low != 0 {
			low++
			if now > 100_000 {
				t.Fatalf("%d bytes are called low", now)
			}
		}
	}
	if low != 1 {
		t.Fatalf("the low water mark was reported %d times", low)
	}
	drain(t, peer)
	// Below the high mark nothing is low.
	r.ok(r.StreamMarks(stream, 0, 100<<20))
	for queued := int64(len(data)) - r.write(stream, data); queued > 0; queued = r.StreamQueued(stream) {
		drain(t, peer)
		if event := r.next(); event.Flags&Low != 0 {
			t.Fatal("low was reported though the queue was never above high")
		}
	}
}

func TestShutdownWaitsForTheQueue(t *testing.T) {
	r := newRig(t)
	stream, _, peer := r.stream(0)
	data := pattern(4 << 20)
	written := r.write(stream, data)
	r.ok(r.Shutdown(stream))
	r.ok(r.Shutdown(stream))
	r.fails(r.StreamWrite(stream, address(data), 1), unix.EPIPE)
	var got []byte
	for int64(len(got)) < int64(len(data)) {
		got = append(got, drain(t, peer)...)
		for _, event := range r.poll() {
			written += event.Result
		}
	}
	if n, err := unix.Read(peer, make([]byte, 1)); n != 0 || err != nil {
		t.Fatalf("end of file expected after %d bytes, got %d, %v", len(got), n, err)
	}
	if written != int64(len(data)) || !bytes.Equal(got, data) {
		t.Fatalf("%d of %d bytes were counted", written, len(data))
	}
	send(t, peer, "answer")
	r.want(r.next(), Event{Token: 1, Kind: EvData, Result: 6})
}

func TestShutdownAtOnce(t *testing.T) {
	r := newRig(t)
	stream, _, peer := r.stream(0)
	r.ok(r.Shutdown(stream))
	if n, err := unix.Read(peer, make([]byte, 1)); n != 0 || err != nil {
		t.Fatalf("end of file expected, got %d, %v", n, err)
	}
}

func TestPipes(t *testing.T) {
	r := newRig(t)
	read, write, err := osPipe(t)
	must(t, err)
	reading := r.ok(r.OpenStream(int64(read), File, 1))
	writing := r.ok(r.OpenStream(int64(write), File|Paused, 2))
	data := pattern(1 << 20)
	written := r.write(writing, data)
	var got []byte
	for len(got) < len(data) {
		for _, event := range r.turn(-1) {
			switch event.Kind {
			case EvData:
				got = append(got, r.data(event)...)
			case EvWrote:
				written += event.Result
			default:
				t.Fatalf("got %+v", event)
			}
		}
	}
	if !bytes.Equal(got, data) || written != int64(len(data)) {
		t.Fatal("the bytes that arrived are not those that were written")
	}
	r.fails(r.Shutdown(writing), unix.ENOTSOCK)
	closedEarly[write]++
	r.ok(r.Close(writing, CloseFD))
	r.want(r.next(), Event{Token: 1, Kind: EvEOF})
	r.ok(r.Close(reading, 0))
}

func TestStaleHandles(t *testing.T) {
	r := newRig(t)
	stream, fd, _ := r.stream(0)
	r.fails(r.Close(stream, 8), unix.EINVAL)
	r.ok(r.Close(stream, 0))
	again := r.ok(r.OpenStream(int64(fd), 0, 2))
	if again == stream {
		t.Fatal("a handle was used twice")
	}
	for name, result := range map[string]int64{
		"close":   r.Close(stream, 0),
		"write":   r.StreamWrite(stream, 0, 0),
		"read":    r.StreamRead(stream, 0, 1),
		"mode":    r.StreamMode(stream, 0),
		"marks":   r.StreamMarks(stream, 0, 0),
		"queued":  r.StreamQueued(stream),
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
		delete(handles, event.Token)
	}
	for token, handle := range handles {
		if token%2 == 0 {
			r.ok(r.Close(handle, 0))
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
			r.ok(r.Close(handles[event.Token], 0))
		}
	}
	if r.Stats().Rebuilds != 0 {
		t.Fatal("the poll set was rebuilt for events that were only late")
	}
}
