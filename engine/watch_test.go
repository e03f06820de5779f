//go:build linux

package engine

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func TestWatchReportsInEveryTurn(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_STREAM)
	r.ok(r.Watch(int64(a), In, 7))
	r.quiet()
	send(t, b, "x")
	for range 3 {
		r.want(r.next(), Event{Token: 7, Kind: EvWatch, Flags: In, Result: int64(a)})
	}
	receive(t, a, 1)
	r.quiet()
	if r.Watch(int64(a), 0, 0) != 1 || r.Watch(int64(a), 0, 0) != 0 {
		t.Fatal("watch with an empty mask says wrongly whether the descriptor was watched")
	}
	send(t, b, "x")
	r.quiet()
}

func TestWatchReplacesMaskAndToken(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_STREAM)
	send(t, b, "x")
	r.ok(r.Watch(int64(a), In|Out, 1))
	r.want(r.next(), Event{Token: 1, Kind: EvWatch, Flags: In | Out, Result: int64(a)})
	r.ok(r.Watch(int64(a), Out, 2))
	r.want(r.next(), Event{Token: 2, Kind: EvWatch, Flags: Out, Result: int64(a)})
}

func TestWaitReportsOnce(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_STREAM)
	send(t, b, "x")
	for token := range uint64(3) {
		r.ok(r.Wait(int64(a), In, token))
		r.want(r.next(), Event{Token: token, Kind: EvWait, Flags: In, Result: int64(a)})
		r.quiet()
	}
}

func TestWaitInBothDirections(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_STREAM)
	r.ok(r.Wait(int64(a), In, 1))
	r.ok(r.Wait(int64(a), Out, 1))
	r.want(r.next(), Event{Token: 1, Kind: EvWait, Flags: Out, Result: int64(a)})
	r.quiet()
	send(t, b, "x")
	r.want(r.next(), Event{Token: 1, Kind: EvWait, Flags: In, Result: int64(a)})
	r.quiet()
}

func TestWaitBesideWatch(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_STREAM)
	r.ok(r.Watch(int64(a), In, 1))
	r.ok(r.Wait(int64(a), Out, 2))
	r.want(r.next(), Event{Token: 2, Kind: EvWait, Flags: Out, Result: int64(a)})
	r.quiet()
	send(t, b, "x")
	r.want(r.next(), Event{Token: 1, Kind: EvWatch, Flags: In, Result: int64(a)})
	r.ok(r.Wait(int64(a), In, 3))
	events := r.turn(-1)
	if len(events) != 2 {
		t.Fatalf("watch and wait expected, got %+v", events)
	}
	r.want(events[0], Event{Token: 1, Kind: EvWatch, Flags: In, Result: int64(a)})
	r.want(events[1], Event{Token: 3, Kind: EvWait, Flags: In, Result: int64(a)})
	r.ok(r.Wait(int64(a), Out, 4))
	r.ok(r.Watch(int64(a), 0, 0))
	r.want(r.next(), Event{Token: 4, Kind: EvWait, Flags: Out, Result: int64(a)})
	r.quiet()
}

func TestUnwait(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_STREAM)
	r.ok(r.Wait(int64(a), In, 1))
	r.ok(r.Unwait(int64(a), In))
	send(t, b, "x")
	r.quiet()
	r.ok(r.Wait(int64(a), In, 2))
	r.want(r.next(), Event{Token: 2, Kind: EvWait, Flags: In, Result: int64(a)})
	r.ok(r.Wait(int64(a), In|Out, 3))
	r.ok(r.Unwait(int64(a), In))
	r.want(r.next(), Event{Token: 3, Kind: EvWait, Flags: Out, Result: int64(a)})
}

// A wait that was given up beside a watch must not make every turn return at once.
func TestUnwaitBesideWatchDoesNotSpin(t *testing.T) {
	r := newRig(t)
	a, _ := pair(t, unix.SOCK_STREAM)
	r.ok(r.Watch(int64(a), In, 1))
	r.ok(r.Wait(int64(a), Out, 2))
	r.ok(r.Unwait(int64(a), Out))
	r.quiet()
	controls := r.Stats().Controls
	r.quiet()
	if got := r.Stats(); got.Controls != controls {
		t.Fatalf("the kernel is still asked for what nobody waits for: %+v", got)
	}
}

func TestOutOfBandDataEndsAWait(t *testing.T) {
	r := newRig(t)
	a, b := tcpPair(t)
	r.ok(r.Wait(int64(a), In|Pri, 1))
	must(t, unix.Sendto(b, []byte("!"), unix.MSG_OOB, nil))
	event := r.next()
	if event.Kind != EvWait || event.Flags&Pri == 0 {
		t.Fatalf("got %+v", event)
	}
	r.quiet()
}

func TestHangUpEndsBothWaits(t *testing.T) {
	r := newRig(t)
	read, write, err := osPipe(t)
	must(t, err)
	r.ok(r.Wait(int64(write), Out, 1))
	r.next()
	fill(t, write)
	r.ok(r.Wait(int64(write), In|Out, 2))
	r.quiet()
	closeNow(read)
	event := r.next()
	if event.Token != 2 || event.Flags&Err == 0 {
		t.Fatalf("got %+v", event)
	}
	r.quiet()
}

func osPipe(t testing.TB) (read, write int, err error) {
	t.Helper()
	fds := make([]int, 2)
	if err := unix.Pipe2(fds, unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return 0, 0, err
	}
	closeLater(t, fds[0])
	closeLater(t, fds[1])
	return fds[0], fds[1], nil
}

// fill writes until a descriptor takes no more; how many bytes it took.
func fill(t testing.TB, fd int) (total int) {
	t.Helper()
	buf := make([]byte, 1<<16)
	for {
		n, err := unix.Write(fd, buf)
		if err == unix.EAGAIN {
			if len(buf) == 1 {
				return total
			}
			buf = buf[:1]
			continue
		}
		must(t, err)
		total += n
	}
}

func TestDescriptorsThatCannotBePolled(t *testing.T) {
	r := newRig(t)
	file, err := os.CreateTemp(t.TempDir(), "")
	must(t, err)
	defer file.Close()
	closed, other := pair(t, unix.SOCK_STREAM)
	closeNow(closed)
	closeNow(other)
	for _, test := range []struct {
		name string
		fd   int64
		want unix.Errno
	}{
		{"a regular file", int64(file.Fd()), unix.EPERM},
		{"closed", int64(closed), unix.EBADF},
		{"negative", -1, unix.EBADF},
		{"never opened", 1 << 19, unix.EBADF},
		{"beyond every table", 1 << 40, unix.EBADF},
		{"the engine's own wake-up", int64(r.WakeFD()), unix.EBUSY},
	} {
		t.Run(test.name, func(t *testing.T) {
			for name, result := range map[string]int64{
				"watch":    r.Watch(test.fd, In, 1),
				"wait":     r.Wait(test.fd, In, 1),
				"stream":   r.OpenStream(test.fd, 0, 1),
				"datagram": r.OpenDgram(test.fd, 0, 1),
			} {
				if want := -int64(test.want); result != want && !(name == "datagram" && result == -int64(unix.ENOTSOCK)) {
					t.Errorf("%s: got %d, want %d", name, result, want)
				}
			}
			if got := r.Watch(test.fd, 0, 0); got != 0 {
				t.Errorf("watching it no more: got %d", got)
			}
			r.ok(r.Unwait(test.fd, In))
			r.ok(r.Forget(test.fd))
		})
	}
	if s := r.Stats(); s.Watched != 0 || s.Streams+s.Datagrams != 0 {
		t.Fatalf("refused descriptors are counted: %+v", s)
	}
	r.quiet()
}

func TestBadMasks(t *testing.T) {
	r := newRig(t)
	a, _ := pair(t, unix.SOCK_STREAM)
	r.fails(r.Watch(int64(a), Hup, 0), unix.EINVAL)
	r.fails(r.Wait(int64(a), 0, 0), unix.EINVAL)
	r.fails(r.Wait(int64(a), 1<<20, 0), unix.EINVAL)
}

// reuse closes a descriptor and makes another open file have its number.
func reuse(t testing.TB, fd int) (peer int) {
	t.Helper()
	a, b := pair(t, unix.SOCK_STREAM)
	must(t, unix.Dup2(a, fd))
	closeNow(a)
	return b
}

func TestReusedNumber(t *testing.T) {
	for name, wait := range map[string]func(*rig, int) int64{
		"wait":  func(r *rig, fd int) int64 { return r.Wait(int64(fd), In, 2) },
		"watch": func(r *rig, fd int) int64 { return r.Watch(int64(fd), In, 2) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a, _ := pair(t, unix.SOCK_STREAM)
			r.ok(wait(r, a))
			peer := reuse(t, a)
			r.ok(wait(r, a))
			send(t, peer, "x")
			if event := r.next(); event.Token != 2 || event.Flags != In {
				t.Fatalf("got %+v", event)
			}
		})
	}
}

// The old file lives on through a duplicate and becomes ready: its event must not reach the number's new owner, and
// must not make the loop spin.
func TestStaleEventIsDroppedAndSilenced(t *testing.T) {
	r := newRig(t)
	a, oldPeer := pair(t, unix.SOCK_STREAM)
	duplicate, err := unix.Dup(a)
	must(t, err)
	defer unix.Close(duplicate)
	r.ok(r.Watch(int64(a), In, 1))
	newPeer := reuse(t, a)
	r.ok(r.Watch(int64(a), In, 2))
	send(t, oldPeer, "x")
	r.quiet()
	s := r.Stats()
	if s.Stale != 1 || s.Rebuilds != 1 {
		t.Fatalf("one stale event and a new poll set expected: %+v", s)
	}
	r.quiet()
	if got := r.Stats(); got.Stale != 1 {
		t.Fatal("the stale registration is still in the poll set")
	}
	send(t, newPeer, "x")
	r.want(r.next(), Event{Token: 2, Kind: EvWatch, Flags: In, Result: int64(a)})
}

func TestRebuildKeepsEverything(t *testing.T) {
	r := newRig(t)
	watched, watchedPeer := pair(t, unix.SOCK_STREAM)
	awaited, awaitedPeer := pair(t, unix.SOCK_STREAM)
	stream, streamPeer := pair(t, unix.SOCK_STREAM)
	stale, stalePeer := pair(t, unix.SOCK_STREAM)
	duplicate, err := unix.Dup(stale)
	must(t, err)
	defer unix.Close(duplicate)
	r.ok(r.Watch(int64(watched), In, 1))
	r.ok(r.Wait(int64(awaited), In, 2))
	r.ok(r.OpenStream(int64(stream), 0, 3))
	r.ok(r.Watch(int64(stale), In, 4))
	closeNow(stale)
	r.ok(r.Watch(int64(stale), 0, 0))
	send(t, stalePeer, "x")
	r.quiet()
	if r.Stats().Rebuilds != 1 {
		t.Fatalf("no rebuild: %+v", r.Stats())
	}
	for token, peer := range map[uint64]int{1: watchedPeer, 2: awaitedPeer, 3: streamPeer} {
		send(t, peer, "x")
		if event := r.next(); event.Token != token {
			t.Fatalf("got %+v, want one for %d", event, token)
		}
		if token != 2 {
			receive(t, map[uint64]int{1: watched, 3: stream}[token], 1)
		}
	}
	r.wake()
	r.want(r.next(), Event{Kind: EvWake})
}

func TestForget(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_STREAM)
	r.ok(r.Watch(int64(a), In, 1))
	r.ok(r.Wait(int64(a), In, 1))
	r.ok(r.Forget(int64(a)))
	send(t, b, "x")
	r.quiet()
	if s := r.Stats(); s.Watched != 0 {
		t.Fatalf("%d watched", s.Watched)
	}
}

func TestSourcesExcludeWatches(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_STREAM)
	stream := r.ok(r.OpenStream(int64(a), Paused, 1))
	r.fails(r.Watch(int64(a), In, 2), unix.EBUSY)
	r.fails(r.Wait(int64(a), In, 2), unix.EBUSY)
	r.fails(r.OpenStream(int64(a), 0, 2), unix.EBUSY)
	r.ok(r.Reading(stream, true))
	send(t, b, "x")
	if event := r.next(); event.Token != 1 || event.Kind != EvReadable {
		t.Fatalf("got %+v", event)
	}
	r.ok(r.Close(stream))
	r.ok(r.Watch(int64(a), Out, 2))
	r.want(r.next(), Event{Token: 2, Kind: EvWatch, Flags: Out, Result: int64(a)})
	r.ok(r.OpenStream(int64(a), 0, 3))
	receive(t, a, 1)
	r.quiet()
}

func TestSourceWhoseNumberWasReusedIsTold(t *testing.T) {
	for name, take := range map[string]func(r *rig, fd int) int64{
		"watch":  func(r *rig, fd int) int64 { return r.Watch(int64(fd), In, 9) },
		"wait":   func(r *rig, fd int) int64 { return r.Wait(int64(fd), In, 9) },
		"stream": func(r *rig, fd int) int64 { return r.OpenStream(int64(fd), 0, 9) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a, _ := pair(t, unix.SOCK_STREAM)
			stream := r.ok(r.OpenStream(int64(a), 0, 1))
			peer := reuse(t, a)
			r.ok(take(r, a))
			r.want(r.next(), Event{Token: 1, Kind: EvError, Flags: In | Out, Result: -int64(unix.EBADF)})
			send(t, peer, "x")
			if event := r.next(); event.Token != 9 {
				t.Fatalf("got %+v, want one for the new owner", event)
			}
			r.fails(r.StreamWrite(stream, 0, 0), unix.EBADF)
			r.ok(r.Close(stream))
		})
	}
}

// What was wanted of a number before it was reused is not reported for the file it means now.
func TestReusedNumberKeepsNothing(t *testing.T) {
	for name, test := range map[string]struct {
		before, after func(r *rig, fd int64, token uint64) int64
	}{
		"watch, then wait": {
			func(r *rig, fd int64, token uint64) int64 { return r.Watch(fd, In, token) },
			func(r *rig, fd int64, token uint64) int64 { return r.Wait(fd, Out, token) },
		},
		"wait, then watch": {
			func(r *rig, fd int64, token uint64) int64 { return r.Wait(fd, In, token) },
			func(r *rig, fd int64, token uint64) int64 { return r.Watch(fd, Out, token) },
		},
		"wait, then wait": {
			func(r *rig, fd int64, token uint64) int64 { return r.Wait(fd, In, token) },
			func(r *rig, fd int64, token uint64) int64 { return r.Wait(fd, Out, token) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a, _ := pair(t, unix.SOCK_STREAM)
			r.ok(test.before(r, int64(a), 1))
			peer := reuse(t, a)
			r.ok(test.after(r, int64(a), 2))
			send(t, peer, "x")
			if event := r.next(); event.Token != 2 || event.Flags != Out {
				t.Fatalf("got %+v", event)
			}
		})
	}
}
