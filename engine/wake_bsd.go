//go:build darwin || freebsd || netbsd || openbsd

package engine

import "golang.org/x/sys/unix"

// waker is the descriptor that ends a wait: a pipe.
type waker struct{ ends [2]int }

func newWaker() (waker, error) {
	var w waker
	if err := unix.Pipe(w.ends[:]); err != nil {
		return w, err
	}
	for _, fd := range w.ends {
		unix.CloseOnExec(fd)
		if err := unix.SetNonblock(fd, true); err != nil {
			w.close()
			return w, err
		}
	}
	return w, nil
}

// readFD becomes readable when woken; writeFD is what a caller may write 8 bytes to.
func (w waker) readFD() int  { return w.ends[0] }
func (w waker) writeFD() int { return w.ends[1] }

// clear takes back every wake-up so far.
func (w waker) clear() {
	var buf [512]byte
	for {
		if n, err := unix.Read(w.ends[0], buf[:]); err != nil || n < len(buf) {
			return
		}
	}
}

func (w waker) close() {
	_ = unix.Close(w.ends[0])
	_ = unix.Close(w.ends[1])
}
