package resolve

import (
	"strconv"
	"strings"

	"aiohub/internal/language/pyscope"
)

// Functions and classes are numbers in their file, which shift when another one is put before them. What is kept from
// one run to the next knows them by their keys: the names around them and their own, each with which one of this name
// in its place it is, if it is not the first.

// Keys gives the keys of the functions and classes of a file.
type Keys struct {
	f      *pyscope.File
	around []int32 // by scope: the scope around it that has a name, the module's if none has
	number []int32 // by scope: how many of its name are before it
}

// NewKeys finds out what there is to tell apart.
func NewKeys(f *pyscope.File) *Keys {
	k := &Keys{f: f, around: make([]int32, len(f.Scopes)), number: make([]int32, len(f.Scopes))}
	seen := make(map[[2]int32]int32, len(f.Scopes))
	for i := range f.Scopes {
		s := &f.Scopes[i]
		for p := s.Parent; p > 0; p = k.around[p] {
			if f.Scopes[p].Name != none {
				k.around[i] = p
				break
			}
		}
		if s.Name != none {
			place := [2]int32{k.around[i], int32(s.Name)}
			k.number[i] = seen[place]
			seen[place]++
		}
	}
	return k
}

// Func gives the key of a function.
func (k *Keys) Func(index int32) string { return k.of(k.f.Funcs[index].Scope) }

func (k *Keys) class(index int32) string { return k.of(k.f.Classes[index].Scope) }

func (k *Keys) of(scope int32) string {
	name := k.f.Names[k.f.Scopes[scope].Name]
	if n := k.number[scope]; n > 0 {
		name += "#" + strconv.Itoa(int(n))
	}
	if around := k.around[scope]; around > 0 {
		return k.of(around) + "." + name
	}
	return name
}

// NameOf gives the name of the function that a key is of.
func NameOf(key string) string {
	key, _, _ = strings.Cut(key[strings.LastIndexByte(key, '.')+1:], "#")
	return key
}
