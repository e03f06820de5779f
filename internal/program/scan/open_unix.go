//go:build unix

package scan

import (
	"io/fs"
	"syscall"
)

// opened is a descriptor. An os.File asks the kernel twice more, whether it can be polled, and the garbage collector to
// close it: with thousands of files that is a third of reading them.
type opened int

// openFile does not wait for a pipe that has taken the file's place to be written to.
func openFile(name string) (opened, error) {
	fd, err := again(func() (int, error) {
		return syscall.Open(name, syscall.O_RDONLY|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	})
	if err != nil {
		return -1, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return opened(fd), nil
}

func (o opened) stat() (size int64, regular bool, err error) {
	var info syscall.Stat_t
	if _, err := again(func() (int, error) { return 0, syscall.Fstat(int(o), &info) }); err != nil {
		return 0, false, err
	}
	return info.Size, info.Mode&syscall.S_IFMT == syscall.S_IFREG, nil
}

func (o opened) Read(p []byte) (int, error) {
	n, err := again(func() (int, error) { return syscall.Read(int(o), p) })
	return max(n, 0), err
}

func (o opened) Close() { syscall.Close(int(o)) }

// again calls the system until no signal interrupts it.
func again(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != syscall.EINTR {
			return n, err
		}
	}
}
