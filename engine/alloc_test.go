//go:build linux

package engine

import (
	"testing"

	"golang.org/x/sys/unix"
)

// steady fails if f, which is run once to warm up, allocates.
func steady(t *testing.T, f func()) {
	t.Helper()
	f()
	if got := testing.AllocsPerRun(200, f); got != 0 {
		t.Errorf("%v allocations a run", got)
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	t.Run("timers", func(t *testing.T) {
		r := newRig(t)
		ops := make([]Op, 300)
		steady(t, func() {
			now := monotonic()
			for i := range ops {
				ops[i] = Op{Code: OpTimerAdd, Token: uint64(i), Deadline: now}
				if i >= 200 {
					ops[i] = Op{Code: OpTimerCancel, Token: uint64(i - 200)}
				}
			}
			if n := r.Turn(ops, r.events[:], 0); n != 100 {
				t.Fatalf("%d events", n)
			}
		})
	})
	t.Run("echo", func(t *testing.T) {
		r := newRig(t)
		stream, fd, peer := r.stream(0)
		buf := make([]byte, 64)
		at := address(buf)
		steady(t, func() {
			must(t, write(peer, buf))
			if n := r.Turn(nil, r.events[:], -1); n != 1 {
				t.Fatalf("%d events", n)
			}
			must(t, read(fd, buf))
			if n := r.StreamWrite(stream, at, 64); n != 64 {
				t.Fatalf("%d written", n)
			}
			must(t, read(peer, buf))
		})
	})
	t.Run("queued writes", func(t *testing.T) {
		r := newRig(t)
		stream, _, peer := r.stream(Paused)
		data := make([]byte, 1<<20)
		buf := make([]byte, 1<<18)
		at := address(data)
		steady(t, func() {
			left := int64(len(data)) - r.StreamWrite(stream, at, int64(len(data)))
			for left > 0 {
				must(t, read(peer, buf))
				n := r.Turn(nil, r.events[:], 0)
				for _, event := range r.events[:n] {
					left -= event.Result
				}
			}
			for read(peer, buf) == nil {
			}
		})
	})
	t.Run("waits and watches", func(t *testing.T) {
		r := newRig(t)
		a, _ := pair(t, unix.SOCK_STREAM)
		steady(t, func() {
			r.Wait(int64(a), Out, 1)
			if n := r.Turn(nil, r.events[:], -1); n != 1 {
				t.Fatalf("%d events", n)
			}
			r.Watch(int64(a), Out, 1)
			r.Watch(int64(a), 0, 0)
		})
	})
	t.Run("connections", func(t *testing.T) {
		r := newRig(t)
		a, _ := pair(t, unix.SOCK_STREAM)
		steady(t, func() {
			for range 10 {
				r.Close(r.OpenStream(int64(a), 0, 1))
			}
		})
	})
	t.Run("datagrams", func(t *testing.T) {
		r := newRig(t)
		a, _ := udpSocket(t)
		b, addr := udpSocket(t)
		sock := r.ok(r.OpenDgram(int64(a), 0, 1))
		r.ok(r.OpenDgram(int64(b), 0, 2))
		to := raw(addr)
		data := make([]byte, 100)
		where, what := address(to), address(data)
		steady(t, func() {
			for range 20 {
				if r.DgramSend(sock, what, 100, where, uint32(len(to))) != 1 {
					t.Fatal("not sent")
				}
			}
			for got := int64(0); got < 20; {
				got += r.Turn(nil, r.events[:], -1)
			}
		})
		sink = [2][]byte{to, data}
	})
	t.Run("wake-ups", func(t *testing.T) {
		r := newRig(t)
		steady(t, func() {
			r.wake()
			if n := r.Turn(nil, r.events[:], -1); n != 1 {
				t.Fatalf("%d events", n)
			}
			r.Stats()
		})
	})
}

func write(fd int, b []byte) error {
	_, err := unix.Write(fd, b)
	return err
}

func read(fd int, b []byte) error {
	_, err := unix.Read(fd, b)
	return err
}
