//go:build linux || darwin || freebsd || openbsd

package engine

import "golang.org/x/sys/unix"

const monotonicClock = unix.CLOCK_MONOTONIC
