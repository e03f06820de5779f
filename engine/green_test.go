//go:build linux

package engine

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestRecvAndSendArmTheWait(t *testing.T) {
	r := newRig(t)
	a, b := pair(t, unix.SOCK_STREAM)
	buf := make([]byte, 10)
	r.fails(r.Recv(int64(a), address(buf), 10, 0, 5), unix.EAGAIN)
	send(t, b, "hello")
	r.want(r.next(), Event{Token: 5, Kind: EvWait, Flags: In, Result: int64(a)})
	if n := r.ok(r.Recv(int64(a), address(buf), 3, unix.MSG_PEEK, 5)); string(buf[:n]) != "hel" {
		t.Fatalf("got %q", buf[:n])
	}
	if n := r.ok(r.Recv(int64(a), address(buf), 10, 0, 5)); string(buf[:n]) != "hello" {
		t.Fatalf("got %q", buf[:n])
	}
	fill(t, a)
	r.fails(r.Send(int64(a), address(buf), 10, 0, 6), unix.EAGAIN)
	r.quiet()
	drain(t, b)
	r.want(r.next(), Event{Token: 6, Kind: EvWait, Flags: Out, Result: int64(a)})
	if n := r.ok(r.Send(int64(a), address(buf), 10, 0, 6)); n != 10 {
		t.Fatalf("%d sent", n)
	}
	drain(t, b)
	closeNow(b)
	r.fails(r.Send(int64(a), address(buf), 10, 0, 6), unix.EPIPE)
	if n := r.Recv(int64(a), address(buf), 10, 0, 5); n != 0 {
		t.Fatalf("end of file expected, got %d", n)
	}
	r.fails(r.Recv(-1, address(buf), 10, 0, 5), unix.EBADF)
	r.fails(r.Recv(int64(a), 0, -1, 0, 5), unix.EINVAL)
	r.fails(r.Send(int64(a), 0, -1, 0, 5), unix.EINVAL)
	r.quiet()
}

func TestAcceptArmsTheWait(t *testing.T) {
	r := newRig(t)
	listener, addr := tcpListener(t)
	buf := make([]byte, sockaddrMax)
	result, _ := r.Accept(int64(listener), address(buf), sockaddrMax, 5)
	r.fails(result, unix.EAGAIN)
	client := dial(t, addr)
	r.want(r.next(), Event{Token: 5, Kind: EvWait, Flags: In, Result: int64(listener)})
	result, length := r.Accept(int64(listener), address(buf), sockaddrMax, 5)
	accepted := int(r.ok(result))
	closeLater(t, accepted)
	checkAccepted(t, accepted)
	if port := int(buf[2])<<8 | int(buf[3]); port != portOf(t, client) || length != unix.SizeofSockaddrInet4 {
		t.Fatalf("the peer's address is % x", buf[:length])
	}
	result, _ = r.Accept(-1, address(buf), sockaddrMax, 5)
	r.fails(result, unix.EBADF)
}
