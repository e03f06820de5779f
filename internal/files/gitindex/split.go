package gitindex

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/bits"
)

// A split index has what changed in one file, and the rest in another, which stays as it is. The first says which
// entries of the second are gone, and which it replaces.

// hashSize is the size of the name of the other file: a SHA-1.
const hashSize = 20

// Whole calls f with the entries of the index of a repository, of all files that it is in, until it returns false.
func Whole(dir string, f func(Entry) bool) error {
	content, err := Read(dir)
	if err != nil {
		return err
	}
	var own []Entry
	rest, err := each(content, func(e Entry) bool {
		own = append(own, Entry{bytes.Clone(e.Path), e.LeftOut})
		return true
	})
	if err != nil {
		return err
	}
	data := link(rest)
	if data != nil && len(data) < hashSize {
		return errShort
	}
	if data != nil && !bytes.Equal(data[:hashSize], make([]byte, hashSize)) {
		if own, err = merged(dir, data, own); err != nil {
			return err
		}
	}
	for _, e := range own {
		if !f(e) {
			return nil
		}
	}
	return nil
}

// merged gives the entries of the other file as the first has changed them, and the first one's own.
func merged(dir string, data []byte, own []Entry) ([]Entry, error) {
	content, err := read(dir, "sharedindex."+hex.EncodeToString(data[:hashSize]))
	if err != nil {
		return nil, err
	}
	gone, rest, ok := bitmap(data[hashSize:])
	replaced, _, replacedOK := bitmap(rest)
	if len(data) > hashSize && !(ok && replacedOK) {
		return nil, errors.New("has a part that makes no sense")
	}
	var all []Entry
	at := 0
	_, err = each(content, func(e Entry) bool {
		entry := Entry{bytes.Clone(e.Path), e.LeftOut}
		if replaced[at] && len(own) > 0 && len(own[0].Path) == 0 { // a replacement leaves the name out
			entry.LeftOut, own = own[0].LeftOut, own[1:]
		}
		if !gone[at] {
			all = append(all, entry)
		}
		at++
		return true
	})
	return append(all, own...), err
}

// maxBits bounds what a bitmap says of: no repository has more files.
const maxBits = 1 << 26

// bitmap reads a bitmap that is compressed as git does it (EWAH): words of runs and of single bits in turn.
func bitmap(b []byte) (set map[int]bool, rest []byte, ok bool) {
	set = map[int]bool{}
	if len(b) < 8 {
		return set, nil, false
	}
	size, words := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	b = b[8:]
	if uint64(len(b)) < 8*uint64(words)+4 || size > maxBits {
		return set, nil, false
	}
	rest = b[8*words+4:] // the last is where a writer would go on
	at := 0
	for i := uint32(0); i < words; i++ {
		run := binary.BigEndian.Uint64(b[8*i:])
		length, literals := int(run>>1&0xffffffff)*64, uint32(run>>33)
		if length > maxBits || literals > words-i-1 {
			return set, nil, false
		}
		if run&1 != 0 {
			for bit := range min(length, int(size)-at) {
				set[at+bit] = true
			}
		}
		for at += length; literals > 0; literals-- {
			i++
			for word := binary.BigEndian.Uint64(b[8*i:]); word != 0; word &= word - 1 {
				set[at+bits.TrailingZeros64(word)] = true
			}
			at += 64
		}
	}
	return set, rest, true
}
