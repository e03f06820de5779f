//go:build linux

package engine

import (
	"fmt"
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

func TestDatagramsAreReceivedWithTheirSenders(t *testing.T) {
	r := newRig(t)
	fd, addr := udpSocket(t)
	r.ok(r.OpenDgram(int64(fd), 0, 1))
	var senders [][]byte
	const n = 2*dgramBatch + 3
	for i := range n {
		from, fromAddr := udpSocket(t)
		senders = append(senders, raw(fromAddr))
		must(t, unix.Sendto(from, fmt.Appendf(nil, "datagram %d", i), 0, addr))
	}
	got := 0
	for got < n {
		events := r.poll()
		if len(events) > dgramBatch {
			t.Fatalf("%d datagrams in a turn", len(events))
		}
		for _, event := range events {
			if want := fmt.Sprintf("datagram %d", got); event.Kind != EvDatagram || r.data(event) != want {
				t.Fatalf("got %+v, want %q", event, want)
			}
			if from := r.slab.bytes(event.Addr, int(event.AddrLen)); string(from) != string(senders[got]) {
				t.Fatalf("sender % x, want % x", from, senders[got])
			}
			got++
		}
	}
	r.quiet()
}

func TestEmptyAndLargestDatagrams(t *testing.T) {
	r := newRig(t)
	fd, addr := udpSocket(t)
	r.ok(r.OpenDgram(int64(fd), 0, 1))
	from, _ := udpSocket(t)
	large := pattern(65507)
	must(t, unix.Sendto(from, nil, 0, addr))
	must(t, unix.Sendto(from, large, 0, addr))
	must(t, unix.Sendto(from, []byte("x"), 0, addr))
	events := r.poll()
	if len(events) != 3 || events[0].Result != 0 || r.data(events[1]) != string(large) || r.data(events[2]) != "x" {
		t.Fatalf("got %+v", events)
	}
}

func TestUnixDatagrams(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_DGRAM)
	r.ok(r.OpenDgram(int64(a), 0, 1))
	must(t, unix.SetsockoptInt(b, unix.SOL_SOCKET, unix.SO_SNDBUF, 1<<20))
	large := pattern(200_000)
	send(t, b, string(large))
	send(t, b, "x")
	events := r.poll()
	if len(events) != 2 || r.data(events[0]) != string(large) || r.data(events[1]) != "x" {
		t.Fatalf("got %+v", events)
	}
}

func TestSendto(t *testing.T) {
	r := newRig(t)
	fd, _ := udpSocket(t)
	peer, peerAddr := udpSocket(t)
	sock := r.ok(r.OpenDgram(int64(fd), 0, 1))
	to := raw(peerAddr)
	var ops []Op
	const n = dgramBatch + 4
	var datas [][]byte
	for i := range n {
		data := []byte{byte(i), 1}
		datas = append(datas, data)
		ops = append(ops, Op{Code: OpSendto, Handle: sock, Data: uint64(address(data)), Len: 2, Addr: uint64(address(to)), ID: uint32(len(to))})
	}
	ops = append(ops,
		Op{Code: OpSendto, Handle: sock, Len: -1},
		Op{Code: OpSendto, Handle: sock, Addr: uint64(address(to)), ID: sockaddrMax + 1},
		Op{Code: OpSendto, Handle: sock}, // not connected
		Op{Code: OpSendto, Handle: sock, Data: ops[0].Data, Len: 70000, Addr: uint64(address(to)), ID: uint32(len(to))},
		ops[0])
	r.Submit(ops)
	runtime.KeepAlive(datas)
	runtime.KeepAlive(to)
	wants := []int64{-int64(unix.EINVAL), -int64(unix.EINVAL), -int64(unix.EDESTADDRREQ), -int64(unix.EMSGSIZE), 1}
	for i, op := range ops {
		want := int64(1)
		if i >= n {
			want = wants[i-n]
		}
		if op.Result != want {
			t.Errorf("datagram %d: got %d, want %d", i, op.Result, want)
		}
	}
	for i := range n {
		if got := receive(t, peer, 10); got != string([]byte{byte(i), 1}) {
			t.Fatalf("datagram %d is %q", i, got)
		}
	}
	if got := receive(t, peer, 10); got != string([]byte{0, 1}) {
		t.Fatalf("the one after the failures is %q", got)
	}
	if writes := r.Stats().Writes; writes > 6 {
		t.Fatalf("%d system calls", writes)
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
	r.want(r.next(), Event{Token: 1, Kind: EvDgramFailed, Result: -int64(unix.ECONNREFUSED)})
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
	r.want(r.next(), Event{Token: 1, Kind: EvDatagram, Result: 1})
}
