//go:build !unix

package gitrepo

import "os"

// interrupted is not to be told here.
func interrupted(*os.ProcessState) bool { return false }
