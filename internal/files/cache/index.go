package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"aiohub/internal/files/walk"
)

// indexed is what the index knows of a file.
type indexed struct {
	size, mtimeNS, ctimeNS int64
	hash                   Hash
}

// matches tells whether a file is still the one that was read. An archive can bring any modification time with it, but
// not the time of the last change to the file's own entry.
func (e indexed) matches(file walk.File) bool {
	return e.size == file.Size && e.mtimeNS == file.MTimeNS && e.ctimeNS == file.CTimeNS
}

var indexMagic = []byte("aiohub index 2\n")

// formatIndex packs the files seen in this run: the magic line, and for each file its path behind its length, its size,
// times and hash. Files too young to be told apart by their time are left out.
func (c *Cache) formatIndex() []byte {
	body := bytes.Clone(indexMagic)
	limit := c.started.Add(-racyWindow).UnixNano()
	for i, file := range c.files {
		if file.MTimeNS > limit || c.hashes[i] == (Hash{}) {
			continue
		}
		body = binary.AppendUvarint(body, uint64(len(file.Path)))
		body = append(body, file.Path...)
		body = binary.LittleEndian.AppendUint64(body, uint64(file.Size))
		body = binary.LittleEndian.AppendUint64(body, uint64(file.MTimeNS))
		body = binary.LittleEndian.AppendUint64(body, uint64(file.CTimeNS))
		body = append(body, c.hashes[i][:]...)
	}
	return body
}

// parseIndex reads an index; nil for one of another version.
func parseIndex(content []byte) map[string]indexed {
	body, ok := bytes.CutPrefix(content, indexMagic)
	if !ok {
		return nil
	}
	known := make(map[string]indexed, len(body)/100)
	const fixed = 8 + 8 + 8 + sha256.Size
	for len(body) > 0 {
		length, n := binary.Uvarint(body)
		if n <= 0 || length > uint64(len(body)-n) || uint64(len(body)-n)-length < fixed {
			return nil
		}
		path := string(body[n : n+int(length)])
		body = body[n+int(length):]
		known[path] = indexed{
			size:    int64(binary.LittleEndian.Uint64(body)),
			mtimeNS: int64(binary.LittleEndian.Uint64(body[8:])),
			ctimeNS: int64(binary.LittleEndian.Uint64(body[16:])),
			hash:    Hash(body[24:fixed]),
		}
		body = body[fixed:]
	}
	return known
}
