//go:build freebsd || netbsd || openbsd

package engine

import "golang.org/x/sys/unix"

// noSignal keeps a write to a closed peer from raising SIGPIPE.
const noSignal = unix.MSG_NOSIGNAL
