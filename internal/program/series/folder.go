package series

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"aiohub/internal/output/fault"
)

// list is the file that names the patches of a folder in their order, as quilt does, and by which a later run knows
// them for its own.
const (
	list     = "series"
	listHead = "# made by `aiohub port --series`: patches in the order in which `git am` takes them"
)

// Folder is where a series is to lie. What lies there from an earlier run is replaced; the trailers that somebody has
// put into its messages stay with their patches.
type Folder struct {
	dir  string
	kept []kept
}

// kept is a patch of an earlier run.
type kept struct {
	key, file string
	trailers  []string
}

// OpenFolder looks at a folder, which need not be there. It finds fault with one that has anything else in it, or a
// patch that was changed by hand beyond its message.
func OpenFolder(dir, shown string) (*Folder, error) {
	f := &Folder{dir: dir}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f, nil
	case err != nil:
		return nil, fault.At(shown, 0, "cannot be used for a series: "+reason(err),
			"name a folder that is new, or one of an earlier run")
	case len(entries) == 0:
		return f, nil
	}
	content, err := os.ReadFile(filepath.Join(dir, list))
	if err != nil || !strings.HasPrefix(string(content), listHead+"\n") {
		return nil, fault.At(shown, 0, "is not empty, and not made by an earlier run",
			"name a folder that is new, or one of an earlier run")
	}
	own := map[string]bool{list: true}
	for line := range strings.Lines(strings.TrimPrefix(string(content), listHead+"\n")) {
		name, comment, _ := strings.Cut(strings.TrimRight(line, "\n"), " # ")
		sum, key, _ := strings.Cut(comment, " ")
		own[name] = true
		if err := f.keep(name, sum, key, shown); err != nil {
			return nil, err
		}
	}
	for _, entry := range entries {
		if !own[entry.Name()] {
			return nil, fault.At(shown, 0, "has something that no earlier run made: "+entry.Name(),
				"move it away, or name another folder")
		}
	}
	return f, nil
}

func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// keep takes the trailers out of a patch of an earlier run. One that has gone was taken away on purpose.
func (f *Folder) keep(name, sum, key, shown string) error {
	if name != filepath.Base(name) {
		return fault.At(filepath.Join(shown, list), 0, fmt.Sprintf("%q is no name of a patch", name), "name another folder")
	}
	text, err := os.ReadFile(filepath.Join(f.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if digest(text) != sum {
		return fault.At(filepath.Join(shown, name), 0, "was changed by hand, which a new series would lose",
			"move it away, or name another folder; messages may be changed")
	}
	f.kept = append(f.kept, kept{key, name, trailers(text)})
	return nil
}

// digest is of what a patch changes; its message may be another one.
func digest(text []byte) string {
	_, body, _ := bytes.Cut(text, []byte("\n\n"))
	if i := bytes.Index(body, []byte("\ndiff --git ")); i >= 0 {
		body = body[i:]
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:8])
}

// trailer is a line at the end of a message that says something to programs.
var trailer = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*: \S`)

// trailers gives the last paragraph of a message, if it is one of trailers.
func trailers(text []byte) []string {
	m, err := mail.ReadMessage(bytes.NewReader(afterFrom(text)))
	if err != nil {
		return nil
	}
	from := m.Body
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		from = quotedprintable.NewReader(from)
	}
	body, err := io.ReadAll(from)
	if err != nil {
		return nil
	}
	message, _, ok := strings.Cut(string(body), "\n---\n")
	if !ok {
		return nil
	}
	message = strings.TrimRight(message, "\n")
	last := message[strings.LastIndex(message, "\n\n")+1:]
	var found []string
	for line := range strings.SplitSeq(strings.TrimLeft(last, "\n"), "\n") {
		if !trailer.MatchString(line) || strings.HasPrefix(line, "Tested: ") {
			return nil
		}
		found = append(found, line)
	}
	return found
}

// afterFrom leaves out the line that separates mails in a file of several.
func afterFrom(text []byte) []byte {
	if bytes.HasPrefix(text, []byte("From ")) {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	return text
}

// Trailers are those that the patch is to have: what somebody gave it in an earlier series, then the ones of the user
// that it lacks.
func (f *Folder) Trailers(p *Patch, users []string) []string {
	var out []string
	if at := slices.IndexFunc(f.kept, func(k kept) bool { return k.key == p.Key }); at >= 0 {
		out = slices.Clone(f.kept[at].trailers)
	}
	for _, line := range users {
		if !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// File is one to lie in a folder.
type File struct {
	Key, Name string
	Text      []byte
}

// Write puts a series into the folder, all of it or nothing: it is made beside it and takes its place.
func (f *Folder) Write(files []File) error {
	above := filepath.Dir(f.dir)
	if err := os.MkdirAll(above, 0o777); err != nil {
		return err
	}
	room, err := os.MkdirTemp(above, ".series-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(room)
	fresh, old := filepath.Join(room, "new"), filepath.Join(room, "old")
	if err := os.Mkdir(fresh, 0o777); err != nil {
		return err
	}
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(fresh, file.Name), file.Text, 0o666); err != nil {
			return err
		}
	}
	names := listHead + "\n"
	for _, file := range files {
		names += fmt.Sprintf("%s # %s %s\n", file.Name, digest(file.Text), file.Key)
	}
	if err := os.WriteFile(filepath.Join(fresh, list), []byte(names), 0o666); err != nil {
		return err
	}
	switch err := os.Rename(f.dir, old); {
	case errors.Is(err, fs.ErrNotExist):
		return os.Rename(fresh, f.dir)
	case err != nil:
		return err
	}
	if err := os.Rename(fresh, f.dir); err != nil {
		return errors.Join(err, os.Rename(old, f.dir))
	}
	return nil
}
