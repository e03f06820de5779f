//go:build unix

package cache

import (
	"io/fs"
	"os"
	"syscall"
)

// private tells whether a file is this user's, and nobody else can read or write it.
func private(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && info.Mode().IsRegular() && info.Mode().Perm()&0o077 == 0 && int(stat.Uid) == os.Geteuid()
}
