package pysource

import (
	"sort"

	"aiohub/internal/output/place"
)

// Lines turns byte offsets into lines, columns and places. It holds the offset of each line's first byte, 4 bytes a
// line. It is not safe for use by several goroutines.
type Lines struct {
	src    []byte
	enc    *Encoding
	starts []uint32

	lastLine int // the line that was decoded last
	lastText string

	counted, characters int // the last start of a place, and the characters before it on its line
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
	l.src, l.enc, l.lastLine, l.lastText = src, enc, 0, ""
	l.counted, l.characters = 0, 0
	l.starts = append(l.starts[:0], 0)
	for i, c := range src {
		if c == '\n' || c == '\r' && (i+1 == len(src) || src[i+1] != '\n') {
			l.starts = append(l.starts, uint32(i+1))
		}
	}
}

// Count is the number of lines; text after the last line end is one, also if empty.
func (l *Lines) Count() int { return len(l.starts) }

// Line is the 1-based line of offset.
func (l *Lines) Line(offset int) int {
	return sort.Search(len(l.starts), func(i int) bool { return int(l.starts[i]) > offset })
}

// Position is the 1-based line of offset and its column as CPython's ast counts: bytes of UTF-8, from 0.
func (l *Lines) Position(offset int) (line, col int) {
	line = l.Line(offset)
	start := l.start(line)
	return line, len(l.enc.Text(l.src[start:max(start, offset)]))
}

// Place is the range from start to end of a file, which is what the Lines are of. A range that ends with a line end
// does not reach into the next line.
func (l *Lines) Place(file string, start, end int) place.Place {
	start = min(max(start, 0), len(l.src))
	end = min(max(end, start), len(l.src))
	p := place.Place{File: file, Start: start, End: end, Line: l.Line(start), EndLine: l.Line(end)}
	if end > start && end == int(l.starts[p.EndLine-1]) {
		p.EndLine--
	}
	p.Column = l.column(p.Line, start)
	if start < len(l.src) && !l.enc.inside(l.src[start]) {
		l.counted, l.characters = start, p.Column-1
	}
	p.EndColumn = l.column(p.EndLine, end)
	p.Text = l.text(p.Line)
	return p
}

// column is the 1-based column of an offset of a line, in characters. It is counted on from the start of the last place:
// a line can be as long as a file, and full of places.
func (l *Lines) column(line, offset int) int {
	start, before := l.start(line), 0
	if start < l.counted && l.counted <= offset {
		start, before = l.counted, l.characters
	}
	return 1 + before + l.enc.count(l.src[start:max(start, offset)])
}

// maxText is how many bytes of a line are kept. What shows a finding looks at its line, and a generated line may have
// megabytes and as many findings.
const maxText = 4096

// text decodes a line. The records of a line come one after the other, and are to share it.
func (l *Lines) text(line int) string {
	if line != l.lastLine {
		b := l.Bytes(line)
		cut := min(len(b), maxText)
		for cut < len(b) && cut > 0 && l.enc.inside(b[cut]) {
			cut--
		}
		l.lastLine, l.lastText = line, l.enc.Text(b[:cut])
	}
	return l.lastText
}

func (l *Lines) start(line int) int {
	if line <= 1 {
		return bomSize(l.src)
	}
	return int(l.starts[line-1])
}

// Start is the offset of the first byte of a line, a byte order mark left out.
func (l *Lines) Start(line int) int { return l.start(line) }

// Bytes is the line of that number as it stands in the file, without its end; it is empty past the last.
func (l *Lines) Bytes(line int) []byte {
	if line < 1 || line > len(l.starts) {
		return nil
	}
	start, end := l.start(line), len(l.src)
	if line < len(l.starts) {
		end = int(l.starts[line])
	}
	b := l.src[start:end]
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
		b = b[:len(b)-1]
	}
	return b
}
