//go:build unix

package gitrepo

import (
	"os"
	"syscall"
)

// interrupted tells whether a process ended by a signal that asks to end.
func interrupted(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && (status.Signal() == syscall.SIGINT || status.Signal() == syscall.SIGTERM)
}
