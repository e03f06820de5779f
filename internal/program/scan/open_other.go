//go:build !unix

package scan

import "os"

type opened struct{ *os.File }

func openFile(name string) (opened, error) {
	file, err := os.Open(name)
	return opened{file}, err
}

func (o opened) stat() (size int64, regular bool, err error) {
	info, err := o.Stat()
	if err != nil {
		return 0, false, err
	}
	return info.Size(), info.Mode().IsRegular(), nil
}
