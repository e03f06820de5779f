//go:build linux

package engine

import "unsafe"

// memory is the n bytes at an address that an Op carries.
// SAFETY: the address is the caller's memory, valid for n bytes (engine.h). It is read through the field that holds it
// because a number cannot be made a pointer.
func memory(address *uint64, n int) []byte {
	if n == 0 {
		return nil
	}
	return unsafe.Slice(*(**byte)(unsafe.Pointer(address)), n)
}

// addressOf is the address of a queued datagram's destination, 0 for the peer.
// SAFETY: the ring that holds it is reachable through its source until the system call is over, and does not move.
func addressOf(addr *[sockaddrMax]byte, addrLen uint32) uintptr {
	if addrLen == 0 {
		return 0
	}
	return uintptr(unsafe.Pointer(addr))
}
