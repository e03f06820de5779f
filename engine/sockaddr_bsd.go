//go:build darwin || freebsd || netbsd || openbsd

package engine

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// Addresses between the kernel's layout (length, family, port in network order ...) and x/sys's. Families other than
// IPv4, IPv6 and Unix have none: length 0, nil.

func encode(sa unix.Sockaddr, out []byte) uint32 {
	var n int
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		n = unix.SizeofSockaddrInet4
		out[1] = unix.AF_INET
		binary.BigEndian.PutUint16(out[2:], uint16(sa.Port))
		copy(out[4:], sa.Addr[:])
		clear(out[8:n])
	case *unix.SockaddrInet6:
		n = unix.SizeofSockaddrInet6
		out[1] = unix.AF_INET6
		binary.BigEndian.PutUint16(out[2:], uint16(sa.Port))
		clear(out[4:8])
		copy(out[8:], sa.Addr[:])
		binary.NativeEndian.PutUint32(out[24:], sa.ZoneId)
	case *unix.SockaddrUnix:
		n = 2 + copy(out[2:], sa.Name)
		out[1] = unix.AF_UNIX
	default:
		return 0
	}
	out[0] = byte(n)
	return uint32(n)
}

func decode(raw []byte) unix.Sockaddr {
	switch {
	case len(raw) >= unix.SizeofSockaddrInet4 && raw[1] == unix.AF_INET:
		sa := &unix.SockaddrInet4{Port: int(binary.BigEndian.Uint16(raw[2:]))}
		copy(sa.Addr[:], raw[4:])
		return sa
	case len(raw) >= unix.SizeofSockaddrInet6 && raw[1] == unix.AF_INET6:
		sa := &unix.SockaddrInet6{Port: int(binary.BigEndian.Uint16(raw[2:])), ZoneId: binary.NativeEndian.Uint32(raw[24:])}
		copy(sa.Addr[:], raw[8:])
		return sa
	case len(raw) >= 2 && raw[1] == unix.AF_UNIX:
		name := raw[2:]
		for i, b := range name {
			if b == 0 {
				name = name[:i]
				break
			}
		}
		return &unix.SockaddrUnix{Name: string(name)}
	}
	return nil
}
