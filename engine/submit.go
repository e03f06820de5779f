//go:build linux

package engine

import "golang.org/x/sys/unix"

// submit does operations in order and writes their results in place.
func (e *Engine) submit(ops []Op) {
	e.stats.Operations += int64(len(ops))
	for i := range ops {
		op := &ops[i]
		errno := unix.EINVAL
		switch {
		case e.closed:
			errno = unix.EBADF
		case op.Code == OpNop:
			errno = 0
		case op.Code == OpTimerAdd:
			errno = e.timers.Add(op.Token, op.Deadline)
		case op.Code == OpTimerCancel:
			errno = e.timers.Cancel(op.Token)
		}
		op.Result = -int32(errno)
	}
}
