package gitindex

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// LeftOut lists what a sparse checkout leaves out of the directory root, as far as it is wanted, sorted: files, and
// directories of which nothing is there. Of some of these it is not known what is in them. An index that is not
// understood leaves nothing out.
func LeftOut(root string, wanted func(path string, isDir bool) bool) []string {
	top := root
	for Dir(top) == "" {
		if top == filepath.Dir(top) {
			return nil
		}
		top = filepath.Dir(top)
	}
	prefix, err := filepath.Rel(top, root)
	if err != nil {
		return nil
	}
	s := sparse{root: root, missing: map[string]bool{}}
	below := path.Clean(filepath.ToSlash(prefix)) + "/"
	err = Whole(Dir(top), func(e Entry) bool {
		if !e.LeftOut {
			return true
		}
		name, inside := string(e.Path), true
		if below != "./" {
			name, inside = strings.CutPrefix(name, below)
		}
		name, isDir := strings.CutSuffix(name, "/")
		if inside && fs.ValidPath(name) && name != "." && wanted(name, isDir) {
			s.add(name)
		}
		return true
	})
	if err != nil {
		return nil
	}
	slices.Sort(s.found)
	return s.found
}

// sparse collects what is missing below root.
type sparse struct {
	root    string
	missing map[string]bool // directories and files that were looked for
	found   []string
}

// add adds the outermost directory that is missing on the way to a file, or the file.
func (s *sparse) add(name string) {
	for end := 0; end < len(name); end++ {
		end += strings.IndexByte(name[end:]+"/", '/')
		part := name[:end]
		missing, known := s.missing[part]
		if !known {
			_, err := os.Lstat(filepath.Join(s.root, filepath.FromSlash(part)))
			missing = err != nil
			s.missing[part] = missing
			if missing {
				s.found = append(s.found, part)
			}
		}
		if missing {
			return
		}
	}
}
