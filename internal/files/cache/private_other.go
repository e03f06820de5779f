//go:build !unix

package cache

import "io/fs"

// private tells whether a file is this user's: here that is for the directory above it to see to.
func private(info fs.FileInfo) bool { return info.Mode().IsRegular() }
