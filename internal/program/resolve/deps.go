package resolve

import (
	"encoding/binary"
	"slices"

	"aiohub/internal/language/pyscope"
)

// Which files an answer comes from. A set of files is a number, so that answers can carry one and sets that are equal
// are one: most answers come from their own file, and most others from one of a few sets.

// fileSet is a set of files: 0 is empty, file+1 is the file alone, larger numbers are looked up.
type fileSet int32

// everyFile is the set for what comes from more files than are worth remembering.
const everyFile fileSet = -1

// maxSources bounds the sets that are remembered.
const maxSources = 400

type fileSets struct {
	n      fileSet // the number of files
	sets   [][]int32
	ids    map[string]fileSet
	unions map[[2]fileSet]fileSet
	recent [1 << 12]recentUnion // most unions are asked for many times, and a map costs more than all else here
}

type recentUnion struct{ a, b, union fileSet }

func newFileSets(files int) *fileSets {
	return &fileSets{n: fileSet(files), ids: map[string]fileSet{}, unions: map[[2]fileSet]fileSet{}}
}

func single(file int32) fileSet { return fileSet(file + 1) }

// files lists a set, sorted.
func (s *fileSets) files(set fileSet) []int32 {
	switch {
	case set == 0:
		return nil
	case set <= s.n:
		return []int32{int32(set - 1)}
	}
	return s.sets[set-s.n-1]
}

func (s *fileSets) union(a, b fileSet) fileSet {
	switch {
	case a == b || b == 0:
		return a
	case a == 0:
		return b
	case a == everyFile || b == everyFile:
		return everyFile
	case a > b:
		a, b = b, a
	}
	recent := &s.recent[(uint32(a)*0x9E3779B1^uint32(b)*0x85EBCA6B)>>20]
	if recent.a == a && recent.b == b {
		return recent.union
	}
	u := s.lookUp(a, b)
	*recent = recentUnion{a, b, u}
	return u
}

func (s *fileSets) lookUp(a, b fileSet) fileSet {
	key := [2]fileSet{a, b}
	if u, ok := s.unions[key]; ok {
		return u
	}
	merged := slices.Concat(s.files(a), s.files(b))
	slices.Sort(merged)
	merged = slices.Compact(merged)
	u := everyFile
	if len(merged) <= maxSources {
		u = s.intern(merged, a, b)
	}
	s.unions[key] = u
	return u
}

// intern gives the number of the union of two sets.
func (s *fileSets) intern(merged []int32, a, b fileSet) fileSet {
	if len(merged) == len(s.files(b)) {
		return b
	}
	if len(merged) == len(s.files(a)) {
		return a
	}
	text := make([]byte, 0, 4*len(merged))
	for _, file := range merged {
		text = binary.LittleEndian.AppendUint32(text, uint32(file))
	}
	if id, ok := s.ids[string(text)]; ok {
		return id
	}
	s.sets = append(s.sets, slices.Clip(merged))
	id := s.n + fileSet(len(s.sets))
	s.ids[string(text)] = id
	return id
}

// Model gives what a file says. Whatever is worked out from it now depends on the file.
func (r *Resolver) Model(file int32) *pyscope.File {
	if r.sets != nil && single(file) != r.last {
		r.uses(single(file))
		r.last = single(file)
	}
	return r.Program.Model(file)
}

// uses notes that what is being worked out comes from a set of files.
func (r *Resolver) uses(set fileSet) {
	switch {
	case r.sets == nil:
	case r.stack == 0 && !r.between:
		r.asked[set] = true // nothing is worked out: somebody asks
	default:
		r.from = r.sets.union(r.from, set)
	}
}

// Track makes the resolver remember which files answers come from; it has to come before the first question.
func (r *Resolver) Track() { r.sets, r.asked = newFileSets(len(r.Files)), map[fileSet]bool{} }

// Sources starts to note which files answers come from. The function that it returns gives them, sorted; all is true if
// they are too many to list.
func (r *Resolver) Sources() func() (files []int32, all bool) {
	r.last = 0
	clear(r.asked)
	return func() ([]int32, bool) {
		if r.sets == nil || r.asked[everyFile] {
			return nil, true
		}
		var files []int32
		for set := range r.asked {
			files = append(files, r.sets.files(set)...)
		}
		slices.Sort(files)
		files = slices.Compact(files)
		if len(files) > maxSources {
			return nil, true
		}
		return slices.Clip(files), false
	}
}
