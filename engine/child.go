//go:build linux || darwin || freebsd || netbsd || openbsd

package engine

import "golang.org/x/sys/unix"

// reap collects the status of a child that has ended; whether it had.
func (e *Engine) reap(src *source) bool {
	var status unix.WaitStatus
	pid, err := unix.Wait4(src.pid, &status, unix.WNOHANG, nil)
	if err == unix.EINTR || err == nil && pid == 0 {
		return false
	}
	event := Event{Token: src.token, Kind: EvChild, Result: int64(status)}
	if err != nil {
		event.Flags, event.Result = Lost, 0
	}
	e.closeSource(src)
	e.emit(event)
	return true
}
