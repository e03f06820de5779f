package lsp

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"aiohub/internal/language/pysource"
	"aiohub/internal/output/place"
)

// document is a file that is open in the editor. It is never changed: a new text is a new document.
type document struct {
	uri     string
	version int32
	path    string // absolute, without links
	text    string
}

// newDocument gives the document of a URI; ok is false if it is of no file on this machine.
func newDocument(uri string, version int32, text string) (d *document, ok bool) {
	path, ok := pathOf(uri)
	if !ok {
		return nil, false
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil { // it need not be there yet
		dir, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return nil, false
		}
		real = filepath.Join(dir, filepath.Base(path))
	}
	return &document{uri, version, real, text}, true
}

// pathOf gives the absolute path of a file's URI.
func pathOf(uri string) (string, bool) {
	parsed, err := url.Parse(uri)
	if err != nil || parsed.Scheme != "file" || parsed.Path == "" || strings.ContainsRune(parsed.Path, 0) {
		return "", false
	}
	path := parsed.Path
	if len(path) > 2 && path[0] == '/' && path[2] == ':' && filepath.Separator == '\\' {
		path = path[1:] // of a drive
	}
	path = filepath.FromSlash(path)
	return path, filepath.IsAbs(path)
}

// below gives the document's path below a root.
func (d *document) below(root string) (string, bool) {
	relative, err := filepath.Rel(root, d.path)
	return filepath.ToSlash(relative), err == nil && filepath.IsLocal(relative)
}

// content is the document as a file.
func (d *document) content() []byte { return pysource.FromUnicode([]byte(d.text)) }

// saved tells whether the file on the disk holds the document's text, and whether there is one.
func (d *document) saved() (same, exists bool) {
	info, err := os.Stat(d.path)
	if err != nil {
		return false, !os.IsNotExist(err)
	}
	if !info.Mode().IsRegular() || info.Size() != int64(len(d.text)) {
		return false, true
	}
	content, err := os.ReadFile(d.path)
	return err == nil && string(content) == d.text, true
}

// lines splits the text as the protocol and Python do.
func (d *document) lines() []string {
	return strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(d.text), "\n")
}

// spanOf turns a place in a text's lines into what the protocol calls a range.
func spanOf(p *place.Place, lines []string, encoding place.Encoding) span {
	at := func(line, column int) position {
		line = min(max(line, 1), len(lines))
		characters := max(column-1, 0)
		if line == 1 && strings.HasPrefix(lines[0], "\ufeff") {
			characters++ // to the protocol the mark is a character
		}
		return position{line - 1, encoding.Units(lines[line-1], characters)}
	}
	return span{at(p.Line, p.Column), at(p.EndLine, p.EndColumn)}
}
