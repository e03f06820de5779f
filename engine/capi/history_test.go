//go:build linux

package main

import (
	"fmt"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"aiohub/engine"
)

// The model of a descriptor: what an engine has to report of it is said by a few lines about bytes.
type modelFD struct {
	fd, peer   int
	peerClosed bool
	unread     int // bytes the peer has sent
	sent       int // all of them so far
	taken      int // of them, those that were read

	watch, wait           uint32
	watchToken, waitToken uint64

	stream  int64 // handle, 0 for none
	token   uint64
	reading bool
	ended   bool
	broken  bool
	queued  int // bytes handed over and not reported written
	handed  int // all bytes handed over so far
	arrived int // of them, those the peer has read
}

// model is a random history's state. It drives the library through engine.h's functions, aio_turn above all.
type model struct {
	driven
	t         *rapid.T
	fds       []*modelFD
	lastToken uint64
	source    []byte // bytes to be sent, by position in a stream
	events    [256]engine.Event
	ops       []engine.Op     // for the next turn
	timers    map[uint64]bool // those that are pending, by token; whether it is due
	woken     bool
}

const modelPeriod = 251 // of the bytes: a prime, so a wrong position shows

func (m *model) newToken() uint64 {
	m.lastToken++
	return m.lastToken
}

func (m *model) pick(name string) *modelFD {
	return m.fds[rapid.IntRange(0, len(m.fds)-1).Draw(m.t, name)]
}

// expected is what the descriptor must be reported with now, writing aside. It takes the waits that end.
func (f *modelFD) expected() (out []string) {
	if f.stream != 0 {
		switch {
		case !f.reading || f.ended || f.broken:
		case f.unread > 0 || f.peerClosed:
			out = append(out, fmt.Sprint("readable ", f.token))
		}
		return out
	}
	ready := engine.Out
	if f.unread > 0 || f.peerClosed {
		ready |= engine.In
	}
	failed := uint32(0)
	if f.peerClosed {
		failed = engine.Hup
	}
	if got := f.watch & ready; f.watch != 0 && got|failed != 0 {
		out = append(out, fmt.Sprint("watch ", f.watchToken, " ", got|failed))
	}
	if got := f.wait & ready; f.wait != 0 && got|failed != 0 {
		out = append(out, fmt.Sprint("wait ", f.waitToken, " ", got|failed))
		f.wait &^= got
		if failed != 0 {
			f.wait = 0
		}
	}
	return out
}

func (m *model) ok(result int64) int64 {
	if result < 0 {
		m.t.Fatalf("unexpected error: %v", unix.Errno(-result))
	}
	return result
}

func (m *model) fails(result int64, errno unix.Errno) {
	if result != -int64(errno) {
		m.t.Fatalf("got %d, want -%d (%v)", result, int64(errno), errno)
	}
}

func (m *model) must(err error) {
	if err != nil {
		m.t.Fatal(err)
	}
}

// poll is a turn with what was submitted; it waits only for what is there already.
func (m *model) poll() []engine.Event {
	ops := m.ops
	m.ops = nil
	n := m.ok(m.driven.turn(ops, m.events[:], 0))
	for _, op := range ops {
		if op.Result != 0 {
			m.t.Fatalf("operation %+v failed", op)
		}
	}
	return m.events[:n]
}

// turn makes a turn and compares.
func (m *model) turn() {
	// Writing first: how much the kernel takes is its own business, but it has to add up.
	reported, readable := []string{}, []*modelFD{}
	for _, event := range m.poll() {
		i := slices.IndexFunc(m.fds, func(f *modelFD) bool { return f.stream != 0 && f.token == event.Token })
		switch event.Kind {
		case engine.EvWrote:
			f := m.fds[i]
			f.queued -= int(event.Result)
			if f.queued < 0 || (event.Flags&engine.Empty != 0) != (f.queued == 0) {
				m.t.Fatalf("%d bytes are queued after %+v", f.queued, event)
			}
		case engine.EvReadable:
			readable = append(readable, m.fds[i])
			reported = append(reported, fmt.Sprint("readable ", event.Token))
		case engine.EvError:
			f := m.fds[i]
			if !f.peerClosed || f.queued == 0 || event.Result != -int64(unix.EPIPE) {
				m.t.Fatalf("no reason for %+v", event)
			}
			f.broken, f.queued = true, 0
		case engine.EvWatch:
			reported = append(reported, fmt.Sprint("watch ", event.Token, " ", event.Flags))
		case engine.EvWait:
			reported = append(reported, fmt.Sprint("wait ", event.Token, " ", event.Flags))
		case engine.EvTimer:
			reported = append(reported, fmt.Sprint("timer ", event.Token))
		case engine.EvWake:
			reported = append(reported, "wake")
		default:
			m.t.Fatalf("got %+v", event)
		}
	}
	var want []string
	for _, f := range m.fds {
		want = append(want, f.expected()...)
	}
	for token, due := range m.timers {
		if due {
			want = append(want, fmt.Sprint("timer ", token))
			delete(m.timers, token)
		}
	}
	if m.woken {
		want = append(want, "wake")
		m.woken = false
	}
	slices.Sort(reported)
	slices.Sort(want)
	if !slices.Equal(reported, want) {
		m.t.Fatalf("reported %v, want %v", reported, want)
	}
	for _, f := range readable {
		m.read(f)
	}
}

// read does what a stream's owner does when it is readable: read some, or stop at the end.
func (m *model) read(f *modelFD) {
	buf := make([]byte, rapid.SampledFrom([]int{1000, 1 << 18}).Draw(m.t, "room"))
	n := int(m.ok(m.recvNow(f.fd, buf)))
	if n != min(f.unread, len(buf)) {
		m.t.Fatalf("%d bytes are there, %d were read", f.unread, n)
	}
	if n == 0 {
		f.ended = true
		m.ok(m.reading(f.stream, false))
	}
	for j, b := range buf[:n] {
		if b != byte((f.taken+j)%modelPeriod) {
			m.t.Fatalf("byte %d of %d is wrong", f.taken+j, f.fd)
		}
	}
	f.taken += n
	f.unread -= n
}

// peerReads takes what has arrived at the peer.
func (m *model) peerReads(f *modelFD) {
	if f.peerClosed {
		return
	}
	for _, b := range m.drain(f.peer) {
		if b != byte(f.arrived%modelPeriod) {
			m.t.Fatalf("byte %d to the peer of %d is wrong", f.arrived, f.fd)
		}
		f.arrived++
	}
	if f.arrived > f.handed {
		m.t.Fatalf("%d bytes arrived, %d were written", f.arrived, f.handed)
	}
}

func (m *model) closeStream(f *modelFD) {
	if f.stream != 0 {
		m.ok(m.close(f.stream))
		f.stream = 0
		f.queued, f.handed, f.arrived = 0, 0, 0
		if !f.peerClosed {
			m.drain(f.peer) // what the stream had written stands in the way of the next one's bytes
		}
	}
}

// replace gives a descriptor's number to a new pair of sockets.
func (m *model) replace(f *modelFD) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	m.must(err)
	if f.fd < 0 {
		f.fd = fds[0]
	} else {
		m.must(unix.Dup3(fds[0], f.fd, unix.O_CLOEXEC))
		_ = unix.Close(fds[0])
		if !f.peerClosed {
			_ = unix.Close(f.peer)
		}
	}
	*f = modelFD{fd: f.fd, peer: fds[1]}
}

func (m *model) actions() map[string]func(*rapid.T) {
	actions := map[string]func(*model, *modelFD){
		"peer sends": func(m *model, f *modelFD) {
			if f.peerClosed {
				return
			}
			n := rapid.SampledFrom([]int{1, 5, 1000, 60_000}).Draw(m.t, "n")
			start := f.sent % modelPeriod
			if n, err := unix.Write(f.peer, m.source[start:start+n]); err == nil {
				f.sent += n
				f.unread += n
			} else if err != unix.EAGAIN {
				m.t.Fatal(err)
			}
		},
		"peer reads": (*model).peerReads,
		"peer closes": func(m *model, f *modelFD) {
			if !f.peerClosed {
				m.peerReads(f) // closing with bytes unread is a reset
				f.peerClosed = true
				_ = unix.Close(f.peer)
			}
		},
		"open stream": func(m *model, f *modelFD) {
			if f.stream == 0 {
				f.token = m.newToken()
				f.stream = m.ok(m.openStream(f.fd, 0, f.token))
				f.reading, f.ended, f.broken, f.watch, f.wait = true, false, false, 0, 0
			}
		},
		"close stream": (*model).closeStream,
		"pause or resume": func(m *model, f *modelFD) {
			if f.stream != 0 {
				f.reading = rapid.Bool().Draw(m.t, "reading")
				m.ok(m.reading(f.stream, f.reading && !f.ended))
			}
		},
		"write": func(m *model, f *modelFD) {
			if f.stream == 0 {
				return
			}
			n := rapid.SampledFrom([]int{0, 1, 1000, 300_000}).Draw(m.t, "n")
			start := f.handed % modelPeriod
			got := m.write(f.stream, f.fd, m.source[start:start+n], f.queued == 0 && !f.broken)
			switch {
			case f.broken || f.peerClosed && n > 0 && f.queued == 0:
				if got != -int64(unix.EPIPE) {
					m.t.Fatalf("a write to a closed peer gives %d", got)
				}
			default:
				f.handed += n
				f.queued += n - int(m.ok(got))
			}
		},
		"watch": func(m *model, f *modelFD) {
			mask := rapid.SampledFrom([]uint32{0, engine.In, engine.Out, engine.In | engine.Out}).Draw(m.t, "mask")
			token := m.newToken()
			got := m.watch(f.fd, mask, token)
			switch {
			case mask == 0:
				f.watch = 0
			case f.stream != 0:
				m.fails(got, unix.EBUSY)
			default:
				m.ok(got)
				f.watch, f.watchToken = mask, token
			}
		},
		"wait": func(m *model, f *modelFD) {
			mask := rapid.SampledFrom([]uint32{engine.In, engine.Out, engine.In | engine.Out}).Draw(m.t, "mask")
			token := m.newToken()
			if got := m.wait(f.fd, mask, token); f.stream != 0 {
				m.fails(got, unix.EBUSY)
			} else {
				m.ok(got)
				f.wait |= mask
				f.waitToken = token
			}
		},
		"unwait": func(m *model, f *modelFD) {
			mask := rapid.SampledFrom([]uint32{engine.In, engine.Out}).Draw(m.t, "mask")
			m.unwait(f.fd, mask)
			f.wait &^= mask
		},
		"forget": func(m *model, f *modelFD) {
			m.forget(f.fd)
			f.watch, f.wait = 0, 0
		},
		"number is reused": func(m *model, f *modelFD) {
			m.closeStream(f)
			m.replace(f)
		},
	}
	out := map[string]func(*rapid.T){
		"turn":          func(t *rapid.T) { m.t = t; m.turn() },
		"wake":          func(t *rapid.T) { m.t = t; m.wake() },
		"timer":         func(t *rapid.T) { m.t = t; m.addTimer() },
		"cancel timers": func(t *rapid.T) { m.t = t; m.cancelTimers() },
	}
	for name, action := range actions {
		out[name] = func(t *rapid.T) {
			m.t = t
			action(m, m.pick("descriptor"))
		}
	}
	return out
}

// wake does what any thread may do to end a turn's wait.
func (m *model) wake() {
	_, err := unix.Write(int(m.wakeFD()), []byte{1, 0, 0, 0, 0, 0, 0, 0})
	m.must(err)
	m.woken = true
}

// addTimer makes a timer that was due long ago, or will not be while the test runs.
func (m *model) addTimer() {
	deadline := rapid.SampledFrom([]int64{1, 1 << 62}).Draw(m.t, "deadline")
	token := m.newToken()
	m.ops = append(m.ops, engine.Op{Code: engine.OpTimerAdd, Token: token, Deadline: deadline})
	m.timers[token] = deadline == 1
}

func (m *model) cancelTimers() {
	for token := range m.timers {
		m.ops = append(m.ops, engine.Op{Code: engine.OpTimerCancel, Token: token})
	}
	clear(m.timers)
}

// drain reads until the descriptor would block.
func (m *model) drain(fd int) (got []byte) {
	buf := make([]byte, 1<<16)
	for {
		n, err := unix.Read(fd, buf)
		if err == unix.EAGAIN || n == 0 && err == nil {
			return got
		}
		m.must(err)
		got = append(got, buf[:n]...)
	}
}

// sourceBytes keeps what is queued off the stack, which moves.
var sourceBytes []byte

func TestEngineDoesWhatTheModelDoes(t *testing.T) {
	source := make([]byte, 400_000)
	for i := range source {
		source[i] = byte(i % modelPeriod)
	}
	sourceBytes = source
	rapid.Check(t, func(rt *rapid.T) {
		m := &model{driven: newDriven(), t: rt, source: source, timers: map[uint64]bool{}}
		defer func() { m.ok(m.free()) }()
		for range 4 {
			f := &modelFD{fd: -1}
			m.replace(f)
			m.fds = append(m.fds, f)
		}
		defer func() {
			for _, f := range m.fds {
				_ = unix.Close(f.fd)
				if !f.peerClosed {
					_ = unix.Close(f.peer)
				}
			}
		}()
		rt.Repeat(m.actions())
		m.settle()
	})
}

// settle lets everything that is under way arrive, and checks that nothing is lost.
func (m *model) settle() {
	for _, f := range m.fds {
		if f.stream != 0 {
			f.reading = true
			m.ok(m.reading(f.stream, !f.ended))
		}
	}
	for turns := 0; ; turns++ {
		if turns > 10_000 {
			m.t.Fatal("it does not come to rest")
		}
		m.turn()
		rest := true
		for _, f := range m.fds {
			m.peerReads(f)
			if f.stream != 0 && !f.broken && (f.queued > 0 || f.unread > 0 || f.peerClosed && !f.ended) {
				rest = false
			}
		}
		if rest {
			break
		}
	}
	for _, f := range m.fds {
		if f.stream != 0 && !f.broken && !f.peerClosed && f.arrived != f.handed {
			m.t.Fatalf("%d of %d bytes arrived", f.arrived, f.handed)
		}
	}
	if s := m.stats(); s.QueuedBytes != 0 {
		m.t.Fatalf("%d bytes are counted as queued", s.QueuedBytes)
	}
}
