package engine

import "golang.org/x/sys/unix"

// submit does operations in order and writes their results in place.
func (e *Engine) submit(ops []Op) {
	e.stats.Operations += int64(len(ops))
	for i := 0; i < len(ops); i++ {
		op := &ops[i]
		if e.closed {
			op.Result = -int64(unix.EBADF)
			continue
		}
		if op.Code == OpSendto {
			run := sameHandle(ops[i:])
			e.sendAll(ops[i : i+run])
			i += run - 1
			continue
		}
		op.Result = e.do(op)
	}
}

// sameHandle is how many operations from the first on are OpSendto of its handle.
func sameHandle(ops []Op) int {
	n := 1
	for n < len(ops) && ops[n].Code == OpSendto && ops[n].Handle == ops[0].Handle {
		n++
	}
	return n
}

func (e *Engine) do(op *Op) int64 {
	switch op.Code {
	case OpNop:
		return 0
	case OpTimerAdd:
		return -int64(e.timers.Add(op.Addr, op.Len))
	case OpTimerCancel:
		return -int64(e.timers.Cancel(op.Addr))
	case OpWrite:
		return e.write(op.Handle, uintptr(op.Data), op.Len)
	case OpWritev:
		if op.Len < 0 || op.Len > 1<<30 {
			return -int64(unix.EINVAL)
		}
		return e.writev(op.Handle, bufsAt(&op.Data, op.Len))
	case OpReading:
		return e.setReading(op.Handle, op.ID != 0)
	case OpShutdown:
		return e.shutdown(op.Handle)
	case OpClose:
		return e.closeHandle(op.Handle, op.ID)
	case OpWatch:
		return e.watchFD(op.Handle, op.ID, op.Addr)
	case OpWait:
		return e.waitFD(op.Handle, op.ID, op.Addr)
	}
	return -int64(unix.EINVAL)
}
