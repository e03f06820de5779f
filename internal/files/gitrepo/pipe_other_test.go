//go:build !unix

package gitrepo

import "errors"

func pipe(string) error { return errors.ErrUnsupported }
