package engine

import "golang.org/x/sys/unix"

// WatchChild is aio_child_watch.
func (e *Engine) WatchChild(pid int64, token uint64) int64 {
	if pid <= 0 || pid > 1<<31-1 {
		return -int64(unix.EINVAL)
	}
	fd, err := unix.PidfdOpen(int(pid), 0) // close-on-exec always
	if err != nil {
		return -int64(err.(unix.Errno))
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	src, errno := e.openSource(childSource, int64(fd), token)
	if errno != 0 {
		_ = unix.Close(fd)
		return -int64(errno)
	}
	src.pid = int(pid)
	return e.startSource(src, true)
}
