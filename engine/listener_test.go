//go:build linux

package engine

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestListenerAcceptsInBatches(t *testing.T) {
	r := newRig(t)
	fd, addr := tcpListener(t)
	r.ok(r.Listen(int64(fd), 3, 1))
	clients := map[int]bool{}
	for range 7 {
		clients[portOf(t, dial(t, addr))] = true
	}
	for _, want := range []int{3, 3, 1, 0} {
		events := r.poll()
		if len(events) != want {
			t.Fatalf("%d accepted in a turn, want %d", len(events), want)
		}
		for _, event := range events {
			if event.Kind != EvAccepted || event.Token != 1 {
				t.Fatalf("got %+v", event)
			}
			accepted := int(event.Result)
			closeLater(t, accepted)
			checkAccepted(t, accepted)
			// The peer's address: family, then the port in network order.
			raw := r.slab.bytes(event.Addr, int(event.AddrLen))
			if port := int(raw[2])<<8 | int(raw[3]); !clients[port] || len(raw) != unix.SizeofSockaddrInet4 {
				t.Fatalf("the address of no client: % x", raw)
			}
		}
	}
	if r.Stats().Accepted != 7 {
		t.Fatalf("%+v", r.Stats())
	}
}

func portOf(t testing.TB, fd int) int {
	t.Helper()
	addr, err := unix.Getsockname(fd)
	must(t, err)
	return addr.(*unix.SockaddrInet4).Port
}

func checkAccepted(t testing.TB, fd int) {
	t.Helper()
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	must(t, err)
	onExec, errno := fcntlGetFD(fd)
	if flags&unix.O_NONBLOCK == 0 || errno != 0 || onExec&unix.FD_CLOEXEC == 0 {
		t.Fatal("an accepted descriptor is blocking or survives exec")
	}
}

func TestPausedListener(t *testing.T) {
	r := newRig(t)
	fd, addr := tcpListener(t)
	listener := r.ok(r.Listen(int64(fd), 10, 1))
	r.ok(r.Reading(listener, false))
	dial(t, addr)
	r.quiet()
	r.ok(r.Reading(listener, true))
	closeLater(t, int(r.next().Result))
}

// withFewDescriptors runs f while the process can open none.
func withFewDescriptors(t *testing.T, f func()) {
	t.Helper()
	var limit unix.Rlimit
	must(t, unix.Getrlimit(unix.RLIMIT_NOFILE, &limit))
	must(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 0, Max: limit.Max}))
	defer func() { must(t, unix.Setrlimit(unix.RLIMIT_NOFILE, &limit)) }()
	f()
}

func TestListenerRecoversFromEMFILE(t *testing.T) {
	for name, recover := range map[string]func(r *rig, now *int64, stream int64){
		"after a while":                       func(_ *rig, now *int64, _ int64) { *now += AcceptRetryNS },
		"when a descriptor is closed":         func(r *rig, _ *int64, stream int64) { r.ok(r.Close(stream, CloseFD)) },
		"when the caller turns it off and on": nil,
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			now := int64(1_000)
			r.clock = func() int64 { return now }
			fd, addr := tcpListener(t)
			listener := r.ok(r.Listen(int64(fd), 10, 1))
			a, _ := pair(t, unix.SOCK_STREAM)
			stream := r.ok(r.OpenStream(int64(a), 0, 2))
			dial(t, addr)
			dial(t, addr)
			withFewDescriptors(t, func() {
				r.want(r.next(), Event{Token: 1, Kind: EvAcceptFailed, Flags: Retry, Result: -int64(unix.EMFILE)})
				r.quiet()
				controls := r.Stats().Controls
				r.quiet()
				if r.Stats().Controls != controls {
					t.Fatal("the waiting listener costs system calls")
				}
			})
			r.quiet()
			if recover == nil {
				r.ok(r.Close(listener, 0))
				r.ok(r.Listen(int64(fd), 10, 1))
			} else {
				recover(r, &now, stream)
				if name == "when a descriptor is closed" {
					closedEarly[a]++
				}
			}
			var events []Event
			for len(events) == 0 {
				events = r.turn(-1)
			}
			if len(events) != 2 {
				t.Fatalf("both connections expected, got %+v", events)
			}
			for _, event := range events {
				if event.Kind != EvAccepted {
					t.Fatalf("got %+v", event)
				}
				closeLater(t, int(event.Result))
			}
		})
	}
}

func TestListenerThatCannotAcceptStops(t *testing.T) {
	r := newRig(t)
	fd, _ := tcpListener(t)
	listener := r.ok(r.Listen(int64(fd), 10, 1))
	must(t, unix.Shutdown(fd, unix.SHUT_RDWR))
	r.want(r.next(), Event{Token: 1, Kind: EvAcceptFailed, Result: -int64(unix.EINVAL)})
	r.quiet()
	r.ok(r.Close(listener, 0))
	r.fails(r.Listen(int64(fd), 0, 1), unix.EINVAL)
}

func TestUnixListener(t *testing.T) {
	r := newRig(t)
	path := t.TempDir() + "/socket"
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	closeLater(t, fd)
	must(t, unix.Bind(fd, &unix.SockaddrUnix{Name: path}))
	must(t, unix.Listen(fd, 10))
	r.ok(r.Listen(int64(fd), 10, 1))
	client, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	closeLater(t, client)
	must(t, unix.Connect(client, &unix.SockaddrUnix{Name: path}))
	event := r.next()
	closeLater(t, int(event.Result))
	r.ok(r.OpenStream(event.Result, 0, 2))
	send(t, client, "hello")
	if event := r.next(); event.Token != 2 || r.data(event) != "hello" {
		t.Fatalf("got %+v", event)
	}
}
