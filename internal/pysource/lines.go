package pysource

import (
	"sort"
)

// Lines turns byte offsets into lines and columns. It holds the offset of each line's first byte, 4 bytes a line.
type Lines struct {
	src    []byte
	enc    *Encoding
	starts []uint32
}

// NewLines indexes src. A line ends with \n, \r\n or \r, as Python reads them.
func NewLines(src []byte) *Lines {
	l := &Lines{}
	l.Reset(src)
	return l
}

// Reset indexes another file with the same memory.
func (l *Lines) Reset(src []byte) {
	enc, err := Detect(src)
	if err != nil {
		enc = Latin1
	}
	l.src, l.enc = src, enc
	l.starts = append(l.starts[:0], 0)
	for i, c := range src {
		if c == '\n' || c == '\r' && (i+1 == len(src) || src[i+1] != '\n') {
			l.starts = append(l.starts, uint32(i+1))
		}
	}
}

// Count is the number of lines; text after the last line end is one, also if empty.
func (l *Lines) Count() int { return len(l.starts) }

// Line is the 1-based line of offset and the bytes before it in that line. A byte order mark is not counted.
func (l *Lines) Line(offset uint32) (line, col int) {
	line = sort.Search(len(l.starts), func(i int) bool { return l.starts[i] > offset })
	start := l.lineStart(line)
	return line, max(0, int(offset)-start)
}

// Position is the 1-based line of offset and its column as CPython's ast counts: bytes of UTF-8, from 0.
func (l *Lines) Position(offset uint32) (line, col int) {
	line, col = l.Line(offset)
	if l.enc.utf8 {
		return line, col
	}
	start := l.lineStart(line)
	return line, len(l.enc.Text(l.src[start : start+col]))
}

func (l *Lines) lineStart(line int) int {
	if line <= 1 {
		return bomSize(l.src)
	}
	return int(l.starts[line-1])
}

// Text is the line of that number without its end; it is empty past the last.
func (l *Lines) Text(line int) []byte {
	if line < 1 || line > len(l.starts) {
		return nil
	}
	start, end := l.lineStart(line), len(l.src)
	if line < len(l.starts) {
		end = int(l.starts[line])
	}
	b := l.src[start:end]
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
		b = b[:len(b)-1]
	}
	return b
}
