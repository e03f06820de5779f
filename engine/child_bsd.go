//go:build darwin || freebsd || netbsd || openbsd

package engine

import "golang.org/x/sys/unix"

// WatchChild is aio_child_watch. There is no descriptor that stands for a process here.
func (e *Engine) WatchChild(int64, uint64) int64 { return -int64(unix.ENOSYS) }
