//go:build unix

package config

import (
	"io/fs"
	"os"
	"syscall"
)

func ownerFits(dir, above fs.FileInfo) bool {
	x, ok := dir.Sys().(*syscall.Stat_t)
	y, okToo := above.Sys().(*syscall.Stat_t)
	return ok && okToo && (y.Uid == x.Uid || y.Uid == 0 || int(y.Uid) == os.Geteuid())
}
