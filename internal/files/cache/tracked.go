package cache

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"aiohub/internal/files/gitindex"
)

// tracked tells whether git has files of a folder of the tree in its index. An index that is not understood counts as
// one that has the folder.
func tracked(root, own string) bool {
	for top := root; ; top = filepath.Dir(top) {
		if dir := gitindex.Dir(top); dir != "" {
			below, err := filepath.Rel(top, filepath.Join(root, filepath.FromSlash(own)))
			if err != nil {
				return true
			}
			content, err := gitindex.Read(dir)
			if errors.Is(err, fs.ErrNotExist) {
				return false // nothing was ever added
			}
			return err != nil || indexHas(content, filepath.ToSlash(below)+"/")
		}
		if top == filepath.Dir(top) {
			return false
		}
	}
}

// indexHas looks in the content of a git index for a path with the prefix.
func indexHas(content []byte, prefix string) bool {
	has := false
	err := gitindex.Each(content, func(e gitindex.Entry) bool {
		path := string(e.Path)
		has = strings.HasPrefix(path, prefix) || strings.HasSuffix(path, "/") && strings.HasPrefix(prefix, path)
		return !has
	})
	return has || err != nil
}
