//go:build linux

package engine

import (
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// udpSocket is a non-blocking datagram socket on a free port of loopback.
func udpSocket(t testing.TB) (fd int, addr *unix.SockaddrInet4) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	closeLater(t, fd)
	must(t, unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	name, err := unix.Getsockname(fd)
	must(t, err)
	return fd, name.(*unix.SockaddrInet4)
}

// raw is the address as the kernel has it.
func raw(addr *unix.SockaddrInet4) []byte {
	sa := unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: addr.Addr}
	port := (*[2]byte)(unsafe.Pointer(&sa.Port))
	port[0], port[1] = byte(addr.Port>>8), byte(addr.Port)
	out := make([]byte, unix.SizeofSockaddrInet4)
	copy(out, (*[unix.SizeofSockaddrInet4]byte)(unsafe.Pointer(&sa))[:])
	return out
}

func TestDatagramSocketIsReadable(t *testing.T) {
	r := newRig(t)
	fd, addr := udpSocket(t)
	r.ok(r.OpenDgram(int64(fd), 0, 1))
	from, _ := udpSocket(t)
	r.quiet()
	must(t, unix.Sendto(from, nil, 0, addr))
	must(t, unix.Sendto(from, []byte("x"), 0, addr))
	for range 2 {
		r.want(r.next(), Event{Token: 1, Kind: EvReadable})
		receive(t, fd, 10)
	}
	r.quiet()
}

func TestSendto(t *testing.T) {
	r := newRig(t)
	fd, _ := udpSocket(t)
	peer, peerAddr := udpSocket(t)
	sock := r.ok(r.OpenDgram(int64(fd), 0, 1))
	to := raw(peerAddr)
	where, size := address(to), uint32(len(to))
	data := make([]byte, 70000)
	what := address(data)
	const n = 5
	for i := range n {
		data[0], data[1] = byte(i), 1
		if got := r.DgramSend(sock, what, 2, where, size); got != 1 {
			t.Fatalf("datagram %d: got %d", i, got)
		}
	}
	r.fails(r.DgramSend(sock, what, -1, where, size), unix.EINVAL)
	r.fails(r.DgramSend(sock, what, 2, where, sockaddrMax+1), unix.EINVAL)
	r.fails(r.DgramSend(sock, what, 2, 0, 0), unix.EDESTADDRREQ)
	r.fails(r.DgramSend(sock, what, 70000, where, size), unix.EMSGSIZE)
	data[0] = 0
	if got := r.DgramSend(sock, what, 2, where, size); got != 1 {
		t.Fatalf("the one after the failures: got %d", got)
	}
	runtime.KeepAlive(data)
	runtime.KeepAlive(to)
	for i := range n {
		if got := receive(t, peer, 10); got != string([]byte{byte(i), 1}) {
			t.Fatalf("datagram %d is %q", i, got)
		}
	}
	if got := receive(t, peer, 10); got != string([]byte{0, 1}) {
		t.Fatalf("the one after the failures is %q", got)
	}
	r.fails(r.DgramSend(sock+1, 0, 0, 0, 0), unix.EBADF)
}

// A Unix datagram socket whose peer does not receive blocks: what is queued comes out in order.
func TestDatagramsAreQueued(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_DGRAM)
	sock := r.ok(r.OpenDgram(int64(a), 0, 1))
	data := pattern(256)
	sent, queued := 0, 0
	for i := range 2000 {
		if r.ok(r.DgramSend(sock, address(data[i%256:]), 1, 0, 0)) == 1 {
			sent++
			if queued > 0 {
				t.Fatal("a datagram has overtaken those that are queued")
			}
		} else {
			queued++
		}
	}
	if queued == 0 {
		t.Skip("the kernel took 2000 datagrams")
	}
	received := 0
	take := func() {
		for {
			buf := make([]byte, 10)
			n, err := unix.Read(b, buf)
			if err == unix.EAGAIN {
				return
			}
			must(t, err)
			if n != 1 || buf[0] != data[received%256] {
				t.Fatalf("datagram %d is %v", received, buf[:n])
			}
			received++
		}
	}
	for queued > 0 {
		take()
		event := r.next()
		if event.Kind != EvSent || event.Result < 1 {
			t.Fatalf("got %+v", event)
		}
		queued -= int(event.Result)
		if (event.Flags&Empty != 0) != (queued == 0) {
			t.Fatalf("%+v with %d queued", event, queued)
		}
	}
	take()
	if received != 2000 {
		t.Fatalf("%d received", received)
	}
	r.quiet()
}

func TestQueuedDatagramThatIsRefused(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_DGRAM)
	sock := r.ok(r.OpenDgram(int64(a), 0, 1))
	data := []byte("x")
	for r.ok(r.DgramSend(sock, address(data), 1, 0, 0)) == 1 {
	}
	r.ok(r.DgramSend(sock, address(data), 1, 0, 0))
	closeNow(b)
	for i, flags := range []uint32{0, Empty} {
		event := r.next()
		if event.Kind != EvSendFailed || event.Flags != flags {
			t.Fatalf("failure %d: got %+v", i, event)
		}
	}
}

func TestRefusedDatagram(t *testing.T) {
	r := newRig(t)
	fd, _ := udpSocket(t)
	gone, goneAddr := udpSocket(t)
	closeNow(gone)
	must(t, unix.Connect(fd, goneAddr))
	sock := r.ok(r.OpenDgram(int64(fd), 0, 1))
	r.ok(r.DgramSend(sock, address([]byte("x")), 1, 0, 0))
	r.want(r.next(), Event{Token: 1, Kind: EvReadable})
	if _, err := unix.Read(fd, make([]byte, 1)); err != unix.ECONNREFUSED {
		t.Fatalf("got %v", err)
	}
	r.quiet()
}

func TestPausedDatagrams(t *testing.T) {
	r := newRig(t)
	fd, addr := udpSocket(t)
	sock := r.ok(r.OpenDgram(int64(fd), Paused, 1))
	from, _ := udpSocket(t)
	must(t, unix.Sendto(from, []byte("x"), 0, addr))
	r.quiet()
	r.ok(r.Reading(sock, true))
	r.want(r.next(), Event{Token: 1, Kind: EvReadable})
}
