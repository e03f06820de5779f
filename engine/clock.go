//go:build linux

package engine

import (
	"time"

	"golang.org/x/sys/unix"
)

// The clock is CLOCK_MONOTONIC, read through time.Since, which asks the vDSO where unix.ClockGettime would make a
// system call. The system's reading comes first, so the engine's clock is never ahead of the caller's (it is a
// microsecond behind at most) and no timer comes early.
var (
	clockStart = systemClock()
	clockBase  = time.Now()
)

func systemClock() int64 {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		panic("engine: no monotonic clock: " + err.Error())
	}
	return ts.Nano()
}

func monotonic() int64 { return clockStart + int64(time.Since(clockBase)) }
