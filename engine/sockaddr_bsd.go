//go:build darwin || freebsd || netbsd || openbsd

package engine

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// decode makes x/sys's address of the kernel's (length, family, port in network order ...): nil for families other than
// IPv4, IPv6 and Unix.
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
