package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
)

// indexed is what the index knows of a file.
type indexed struct {
	size, mtimeNS int64
	hash          Hash
}

var indexMagic = []byte("aiohub index 1\n")

// formatIndex packs the files seen in this run: the magic line, a checksum, and for each file its path behind its length,
// its size, time and hash. Files too young to be told apart by their time are left out.
func (c *Cache) formatIndex() []byte {
	var body []byte
	limit := c.started.Add(-racyWindow).UnixNano()
	for i, file := range c.files {
		if file.MTimeNS > limit || c.hashes[i] == (Hash{}) {
			continue
		}
		body = binary.AppendUvarint(body, uint64(len(file.Path)))
		body = append(body, file.Path...)
		body = binary.LittleEndian.AppendUint64(body, uint64(file.Size))
		body = binary.LittleEndian.AppendUint64(body, uint64(file.MTimeNS))
		body = append(body, c.hashes[i][:]...)
	}
	sum := sha256.Sum256(body)
	return append(append(bytes.Clone(indexMagic), sum[:]...), body...)
}

// parseIndex reads an index; nil for one that is damaged or of another version.
func parseIndex(content []byte) map[string]indexed {
	body, ok := bytes.CutPrefix(content, indexMagic)
	if !ok || len(body) < sha256.Size {
		return nil
	}
	sum, body := body[:sha256.Size], body[sha256.Size:]
	if sha256.Sum256(body) != [sha256.Size]byte(sum) {
		return nil
	}
	known := make(map[string]indexed, len(body)/100)
	const fixed = 8 + 8 + sha256.Size
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
			hash:    Hash(body[16:fixed]),
		}
		body = body[fixed:]
	}
	return known
}
