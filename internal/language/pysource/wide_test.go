package pysource

import (
	"bytes"
	"encoding/hex"
	"os/exec"
	"strings"
	"testing"

	tables "golang.org/x/text/encoding/charmap"
)

// 表 ends with a backslash in Shift JIS, and 乗 in GBK: a reader of the structure would take it for one.
func TestShape(t *testing.T) {
	for _, test := range []struct{ name, src, shape, text string }{
		{"shift_jis", "'\x95\x5c'", "'\x95\xdc'", "'表'"},
		{"gbk", "\x81\x5c = 1", "\x81\xdc = 1", "乗 = 1"},
		{"gb18030", "'\x81\x30\x81\x30'", "'\x81\xb0\x81\xb0'", "'\u0080'"},
		{"euc_jp", "'\xa4\xa2'", "'\xa4\xa2'", "'あ'"},
		{"cp855", "'\xa0'", "'\xa0'", "'а'"},
		{"utf-8", "'é'", "'é'", "'é'"},
		{"shift_jis", "'\xb1\x5c'", "'\xb1\x5c'", "'ｱ\\'"}, // a character of one byte, and an escape
		{"shift_jis", "'\x95'", "'\x95'", "'\ufffd'"},
	} {
		e, err := Detect([]byte("# coding: " + test.name + "\n'\x81\x40'"))
		if err != nil {
			t.Error(err)
			continue
		}
		src := []byte(test.src)
		if got := e.Shape(src); string(got) != test.shape || string(src) != test.src {
			t.Errorf("%s %q: %q, want %q", test.name, test.src, got, test.shape)
		}
		if got := e.Text(src); got != test.text {
			t.Errorf("%s %q reads %q, want %q", test.name, test.src, got, test.text)
		}
	}
}

// dump is every character of the codecs named, and its bytes, in hexadecimal digits. Private use is left out: no two
// tables need agree there.
const dump = `
import sys
def characters(codec, several):
    first = [bytes([a]) for a in range(128, 256)]
    yield from first
    if several:
        yield from (one + bytes([b]) for one in first for b in range(0x30, 256))
    if codec == "euc_jp":
        yield from (bytes([0x8F, a, b]) for a in range(0xA1, 0xFF) for b in range(0xA1, 0xFF))
    if codec == "gb18030":
        yield from (bytes([a, b, c, d]) for a in (0x81, 0x84) for b in range(0x30, 0x3A) for c in (0x81, 0xFE) for d in range(0x30, 0x3A))
for name in sys.argv[1:]:
    codec, several, _ = name.partition("+")
    for raw in characters(codec, several):
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if len(text) == 1 and not 0xE000 <= ord(text) < 0xF900:
            print(codec, raw.hex(), text.encode().hex())
`

// Every character that Python reads is read here, and is the same.
func TestTablesAgreeWithPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 whose codecs the tables could be held against")
	}
	encodings := map[string]*Encoding{}
	args := []string{"-c", dump}
	add := func(name, several string) {
		e, err := Detect([]byte("# coding: " + name + "\n'\xa4\xa2'"))
		if err != nil {
			t.Fatal(err)
		}
		codec := strings.ReplaceAll(name, "-", "_")
		encodings[codec] = e
		args = append(args, codec+several)
	}
	for _, m := range charmaps {
		add(m.name, "")
	}
	for _, o := range others {
		if _, ok := o.table.(*tables.Charmap); ok {
			add(o.name, "")
		} else {
			add(o.name, "+several")
		}
	}
	out, err := exec.Command(python, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for line := range bytes.Lines(out) {
		fields := strings.Fields(string(line))
		raw, _ := hex.DecodeString(fields[1])
		want, _ := hex.DecodeString(fields[2])
		if r, size := encodings[fields[0]].Rune(raw); string(r) != string(want) || size != len(raw) {
			t.Errorf("%x is %q of %d bytes, and Python's %s has %q", raw, r, size, fields[0], want)
		}
		seen[fields[0]]++
	}
	for codec := range encodings {
		if seen[codec] < 60 {
			t.Errorf("%s: %d characters", codec, seen[codec])
		}
	}
}
