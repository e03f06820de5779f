package engine

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// slab is the memory the data of a turn's events lies in. It is mapped outside Go's heap: its address is handed to
// the caller and outlives the call.
type slab struct {
	mem  []byte
	base uintptr
	used int
}

const (
	slabSize = 8 * ReadMax
	// With less room than this a read is put off to the next turn: short reads cost more than they save.
	minRoom = 64 << 10
	// Data is handed out at multiples of this.
	slabAlign = 16
)

func newSlab() (slab, error) {
	mem, err := unix.Mmap(-1, 0, slabSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return slab{}, err
	}
	return slab{mem: mem, base: uintptr(unsafe.Pointer(&mem[0]))}, nil
}

func (s *slab) free() {
	if s.mem != nil {
		_ = unix.Munmap(s.mem)
		*s = slab{}
	}
}

func (s *slab) room() int { return len(s.mem) - s.used }

// at is the address of the free part.
func (s *slab) at() uintptr { return s.base + uintptr(s.used) }

// take makes the first n bytes of the free part part of an event.
func (s *slab) take(n int) { s.used += (n + slabAlign - 1) &^ (slabAlign - 1) }

// bytes are the n bytes at an address an event gave.
func (s *slab) bytes(address uint64, n int) []byte {
	offset := int(uintptr(address) - s.base)
	return s.mem[offset : offset+n : offset+n]
}
