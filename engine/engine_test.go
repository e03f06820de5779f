//go:build linux

package engine

import (
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

func TestWakeFromAnotherThread(t *testing.T) {
	r := newRig(t)
	for range 100 {
		var done sync.WaitGroup
		done.Go(func() {
			r.wake()
			r.wake()
		})
		r.want(r.next(), Event{Kind: EvWake})
		done.Wait()
		r.poll() // the second call may have come later
	}
}

func TestWakesBeforeATurnAreOne(t *testing.T) {
	r := newRig(t)
	r.wake()
	r.wake()
	r.want(r.next(), Event{Kind: EvWake})
	r.quiet()
	one := []byte{1, 0, 0, 0, 0, 0, 0, 0}
	if _, err := unix.Write(r.WakeFD(), one); err != nil {
		t.Fatal(err)
	}
	r.want(r.next(), Event{Kind: EvWake})
}

// A second clock that disagreed would make turns without an event of a timer that the caller takes for due.
func TestTimersAreDueByTheClockOfTheCaller(t *testing.T) {
	r := newRig(t)
	deadline := monotonic() + 1<<50
	ops := []Op{{Code: OpTimerAdd, Token: 1, Deadline: deadline}}
	for _, turn := range []struct{ now, events int64 }{{deadline - 1, 0}, {deadline, 1}, {deadline + 1, 0}} {
		r.ok(r.BeginTurn(ops, len(r.events)))
		ops = nil
		if got := r.EndTurn(r.events[:], 0, turn.now); got != turn.events {
			t.Fatalf("%d events at the deadline %+d", got, turn.now-deadline)
		}
	}
}

func TestTurnEndsWithTheNextTimer(t *testing.T) {
	r := newRig(t)
	now := monotonic()
	ops := []Op{
		{Code: OpTimerAdd, Token: 2, Deadline: now + 2_000_000},
		{Code: OpTimerAdd, Token: 1, Deadline: now + 1_000_000},
		{Code: OpTimerAdd, Token: 3, Deadline: now + 1<<60},
		{Code: OpTimerAdd, Token: 3, Deadline: now},
		{Code: OpTimerCancel, Token: 4},
	}
	var tokens []uint64
	for len(tokens) < 2 {
		for _, event := range r.turn(-1, ops...) {
			if event.Kind != EvTimer || monotonic() < now+int64(event.Token)*1_000_000 {
				t.Fatalf("got %+v after %d ns", event, monotonic()-now)
			}
			tokens = append(tokens, event.Token)
		}
		ops = nil
	}
	if tokens[0] != 1 || tokens[1] != 2 {
		t.Fatalf("timers came as %v", tokens)
	}
	if s := r.Stats(); s.Timers != 1 || s.TimersFired != 2 {
		t.Fatalf("%+v", s)
	}
}

func TestResultsOfOperations(t *testing.T) {
	r := newRig(t)
	ops := []Op{
		{Code: OpNop, Result: 99},
		{Code: OpTimerAdd, Token: 3, Deadline: 1 << 60},
		{Code: OpTimerAdd, Token: 3, Deadline: 1 << 60},
		{Code: OpTimerCancel, Token: 3},
		{Code: OpTimerCancel, Token: 3},
		{Code: OpTimerAdd, Token: MaxTimerSlots},
		{Code: 1000},
	}
	wants := []unix.Errno{0, 0, unix.EEXIST, 0, unix.ENOENT, unix.EINVAL, unix.EINVAL}
	r.poll(ops...)
	for i, want := range wants {
		if ops[i].Result != -int32(want) {
			t.Errorf("operation %d: got %d, want %d", i, ops[i].Result, -int32(want))
		}
	}
}

// What does not fit into a small array of events comes in the next turns, each exactly once, and timers get their
// share.
func TestLeftoversComeFirst(t *testing.T) {
	r := newRig(t)
	r.limit = MinEvents
	const n = 40
	for i := range n {
		a, _ := pair(t, unix.SOCK_STREAM)
		r.ok(r.Wait(int64(a), Out, uint64(i)))
	}
	ops := make([]Op, n)
	for i := range ops {
		ops[i] = Op{Code: OpTimerAdd, Token: uint64(i)}
	}
	r.do(ops)
	seen := map[uint32]map[uint64]bool{EvWait: {}, EvTimer: {}}
	for turn := 0; len(seen[EvWait]) < n || len(seen[EvTimer]) < n; turn++ {
		events := r.turn(-1)
		if turn == 0 && len(seen[EvTimer]) == 0 && events[len(events)-1].Kind != EvTimer {
			t.Fatal("busy descriptors kept the timers from coming")
		}
		for _, event := range events {
			if seen[event.Kind][event.Token] {
				t.Fatalf("%+v came twice", event)
			}
			seen[event.Kind][event.Token] = true
		}
	}
	r.quiet()
}

func TestOneThreadAtATimeTurns(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_STREAM)
	var done sync.WaitGroup
	var events [MinEvents]Event
	var got int64
	done.Go(func() {
		// Go's own signals interrupt the wait, as others do.
		for got = -int64(unix.EINTR); got == -int64(unix.EINTR); {
			got = r.Turn(nil, events[:], -1)
		}
	})
	for r.Stats().Turns == 0 {
	}
	for {
		// The other thread waits in the kernel or is about to: either way this one may use the engine and not turn it.
		var mine [MinEvents]Event
		if result := r.Turn([]Op{{Code: OpNop}}, mine[:], 0); result == -int64(unix.EBUSY) {
			break
		}
	}
	if errno := r.Free(); errno != unix.EBUSY {
		t.Fatalf("freed during a turn: %v", errno)
	}
	r.ok(r.Wait(int64(a), In, 5))
	send(t, b, "x")
	done.Wait()
	if got != 1 || events[0].Token != 5 {
		t.Fatalf("a wait begun by another thread during a turn was not reported: %d events, %+v", got, events[0])
	}
}

func TestFreedEngine(t *testing.T) {
	r := newRig(t)
	a, _ := pair(t, unix.SOCK_STREAM)
	stream := r.ok(r.OpenStream(int64(a), 0, 1))
	if errno := r.Free(); errno != 0 {
		t.Fatal(errno)
	}
	r.fails(r.Turn(nil, r.events[:], -1), unix.EBADF)
	r.fails(r.Wait(int64(a), In, 1), unix.EBADF)
	r.fails(r.OpenStream(int64(a), 0, 1), unix.EBADF)
	r.fails(r.StreamWrite(stream, 0, 0), unix.EBADF)
}

func TestTooFewEvents(t *testing.T) {
	r := newRig(t)
	r.fails(r.Turn(nil, r.events[:MinEvents-1], 0), unix.EINVAL)
}

func TestManyThreadsUseOneEngine(t *testing.T) {
	r := newRig(t)
	var done sync.WaitGroup
	for worker := range uint64(4) {
		a, b := pair(t, unix.SOCK_STREAM)
		done.Go(func() {
			for i := range 200 {
				r.Wait(int64(a), In, worker)
				r.Watch(int64(b), Out, worker)
				r.Watch(int64(b), 0, 0)
				r.do([]Op{{Code: OpTimerAdd, Token: worker, Deadline: int64(i)}, {Code: OpTimerCancel, Token: worker}})
				r.wake()
				r.Stats()
			}
			r.Forget(int64(a))
		})
	}
	stop := make(chan struct{})
	go func() {
		done.Wait()
		close(stop)
		r.wake()
	}()
	for {
		r.turn(-1)
		select {
		case <-stop:
			return
		default:
		}
	}
}
