//go:build linux

package engine

import (
	"os"
	"strconv"
	"testing"
	"unsafe"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is an engine under test.
type rig struct {
	*Engine
	t      testing.TB
	events [256]Event
	limit  int
}

// newRig makes an engine and checks in the end that it leaves no descriptor open.
func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{t: t, limit: 256}
	before := openFDs(t)
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	r.Engine = e
	t.Cleanup(func() {
		if errno := e.Free(); errno != 0 {
			t.Errorf("free: %v", errno)
		}
		if after := openFDs(t); after != before {
			t.Errorf("%d descriptors were open before the test, %d are after it", before, after)
		}
	})
	return r
}

func openFDs(t testing.TB) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("no /proc to count descriptors in")
	}
	open := 0
	for _, entry := range entries {
		fd, _ := strconv.Atoi(entry.Name())
		if _, errno := fcntlGetFD(fd); errno == 0 {
			open++ // and not the one ReadDir had
		}
	}
	return open
}

// Turn is a turn with a wait of its own, a plain one. The turns of programs are C's: package capi tests those.
func (r *rig) Turn(ops []Op, events []Event, timeoutNS int64) int64 {
	if failed := r.BeginTurn(ops, len(events)); failed < 0 {
		return failed
	}
	waited := 0
	if r.board.Pending.Load() == 0 {
		if deadline := r.board.Deadline.Load(); timeoutNS != 0 && deadline != never {
			if left := max(deadline-r.clock(), 0); timeoutNS < 0 || left < timeoutNS {
				timeoutNS = left
			}
		}
		const millisecond = 1_000_000
		ms := min((timeoutNS+millisecond-1)/millisecond, 1<<31-1)
		if timeoutNS < 0 {
			ms = -1
		}
		n, err := unix.EpollWait(r.poller.fd, r.poller.events, int(ms))
		if waited = n; err != nil {
			waited = -int(err.(unix.Errno))
		}
	}
	return r.EndTurn(events, int64(waited), r.clock())
}

// turn makes a turn and returns its events.
func (r *rig) turn(timeoutNS int64, ops ...Op) []Event {
	r.t.Helper()
	n := r.Turn(ops, r.events[:r.limit], timeoutNS)
	if n < 0 {
		r.t.Fatalf("turn: %v", unix.Errno(-n))
	}
	return r.events[:n]
}

// poll is a turn that does not wait.
func (r *rig) poll(ops ...Op) []Event {
	r.t.Helper()
	return r.turn(0, ops...)
}

// next is a turn that waits for one event, and the event.
func (r *rig) next() Event {
	r.t.Helper()
	for {
		switch events := r.turn(-1); len(events) {
		case 0:
		case 1:
			return events[0]
		default:
			r.t.Fatalf("one event expected, %d came: %+v", len(events), events)
		}
	}
}

// quiet fails if anything is reported.
func (r *rig) quiet() {
	r.t.Helper()
	if events := r.poll(); len(events) != 0 {
		r.t.Fatalf("no event expected, %d came: %+v", len(events), events)
	}
}

var one = [8]byte{1}

// wake does what any thread may do to end a turn's wait.
func (r *rig) wake() {
	r.t.Helper()
	if _, err := unix.Write(r.WakeFD(), one[:]); err != nil && err != unix.EAGAIN {
		r.t.Fatal(err)
	}
}

// do does operations without a turn.
func (r *rig) do(ops []Op) {
	r.lock()
	defer r.unlock()
	r.submit(ops)
	r.post()
}

func (r *rig) want(got Event, want Event) {
	r.t.Helper()
	if got != want {
		r.t.Fatalf("got event %+v, want %+v", got, want)
	}
}

// ok fails if a call failed; its result otherwise.
func (r *rig) ok(result int64) int64 {
	r.t.Helper()
	if result < 0 {
		r.t.Fatalf("unexpected error: %v", unix.Errno(-result))
	}
	return result
}

func (r *rig) fails(result int64, errno unix.Errno) {
	r.t.Helper()
	if result != -int64(errno) {
		r.t.Fatalf("got %d, want -%d (%v)", result, int64(errno), errno)
	}
}

// pair is a connected, non-blocking pair of sockets; open ones are closed in the end.
func pair(t testing.TB, kind int) (a, b int) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	closeLater(t, fds[0])
	closeLater(t, fds[1])
	return fds[0], fds[1]
}

// closedEarly are descriptors tests have closed themselves.
var closedEarly = map[int]int{}

func closeLater(t testing.TB, fd int) {
	t.Cleanup(func() {
		if closedEarly[fd] > 0 {
			closedEarly[fd]--
			return
		}
		_ = unix.Close(fd)
	})
}

// closeNow closes a descriptor that closeLater would.
func closeNow(fd int) {
	_ = unix.Close(fd)
	closedEarly[fd]++
}

// tcpListener is a listening, non-blocking socket on a free port of loopback.
func tcpListener(t testing.TB) (fd int, addr unix.Sockaddr) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	closeLater(t, fd)
	must(t, unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	must(t, unix.Listen(fd, 128))
	addr, err = unix.Getsockname(fd)
	must(t, err)
	return fd, addr
}

// dial connects to a listener; the descriptor blocks.
func dial(t testing.TB, addr unix.Sockaddr) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	closeLater(t, fd)
	must(t, unix.Connect(fd, addr))
	return fd
}

// tcpPair is a connected pair of TCP sockets, a non-blocking, b blocking.
func tcpPair(t testing.TB) (a, b int) {
	t.Helper()
	listener, addr := tcpListener(t)
	b = dial(t, addr)
	a, _, err := unix.Accept4(listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
	if err == unix.EAGAIN {
		must(t, waitReadable(listener))
		a, _, err = unix.Accept4(listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
	}
	must(t, err)
	closeLater(t, a)
	closeNow(listener)
	return a, b
}

func waitReadable(fd int) error {
	_, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, -1)
	return err
}

// reset closes a TCP socket such that its peer gets ECONNRESET.
func reset(t testing.TB, fd int) {
	t.Helper()
	must(t, unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}))
	closeNow(fd)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func send(t testing.TB, fd int, text string) {
	t.Helper()
	if n, err := unix.Write(fd, []byte(text)); err != nil || n != len(text) {
		t.Fatalf("write: %d of %d bytes, %v", n, len(text), err)
	}
}

// receive reads what is there, at most n bytes.
func receive(t testing.TB, fd, n int) string {
	t.Helper()
	buf := make([]byte, n)
	got, err := unix.Read(fd, buf)
	must(t, err)
	return string(buf[:got])
}

// drain reads until the descriptor would block.
func drain(t testing.TB, fd int) (got []byte) {
	t.Helper()
	buf := make([]byte, 1<<16)
	for {
		n, err := unix.Read(fd, buf)
		if err == unix.EAGAIN || n == 0 && err == nil {
			return got
		}
		must(t, err)
		got = append(got, buf[:n]...)
	}
}

// sink keeps what was handed out last alive, and off the stack, which moves.
var sink any

// address is where bytes are, for a call that takes the caller's memory. The bytes must be used after the call, or be
// the last given.
func address(b []byte) uintptr {
	if len(b) == 0 {
		return 0
	}
	sink = b
	return uintptr(unsafe.Pointer(&b[0]))
}

// StreamWrite does what a stream's owner does: it sends the n bytes at at, and has the engine write what is left. The
// number of bytes sent now, or -errno.
func (r *rig) StreamWrite(handle int64, at uintptr, n int64) int64 {
	sent := 0
	if src := r.sources.stream(handle); src != nil && src.failed == 0 && src.queue.empty() && n > 0 {
		var errno unix.Errno
		if sent, errno = sysSend(src.fd, at, int(n)); errno != 0 && errno != unix.EAGAIN {
			return -int64(errno)
		} else if errno != 0 {
			sent = 0
		}
	}
	if int64(sent) == n && n > 0 {
		return n
	}
	if result := r.QueueBytes(handle, at+uintptr(sent), n-int64(sent)); result < 0 {
		return result
	}
	return int64(sent)
}

// DgramSend does likewise for datagrams: 1 sent, 0 queued, or -errno.
func (r *rig) DgramSend(handle int64, at uintptr, n int64, addr uintptr, addrLen uint32) int64 {
	if src := r.sources.find(handle); src != nil && src.datagramQueue.empty() && n >= 0 && addrLen <= sockaddrMax {
		r.scratch.batch.prepare(0, Buf{Data: uint64(at), Len: uint64(n)}, addr, addrLen)
		switch _, errno := r.scratch.batch.send(src.fd, 1); errno {
		case 0:
			return 1
		case unix.EAGAIN:
		default:
			return -int64(errno)
		}
	}
	return r.QueueDatagram(handle, at, n, addr, addrLen)
}
