//go:build linux

package engine

import (
	"testing"

	"pgregory.net/rapid"
)

func TestWriteQueueDoesWhatAListDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var queue writeQueue
		var model []uint64 // the address of every byte
		next := uint64(1000)
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				piece := Buf{Data: next, Len: uint64(rapid.IntRange(0, 9).Draw(t, "bytes"))}
				queue.add(piece)
				for range piece.Len {
					model = append(model, next)
					next++
				}
				next += 5
			},
			"written": func(t *rapid.T) {
				n := rapid.IntRange(0, len(model)).Draw(t, "n")
				queue.written(int64(n))
				model = model[n:]
			},
			"reset": func(t *rapid.T) {
				queue.reset()
				model = nil
			},
			"": func(t *rapid.T) {
				if queue.bytes != int64(len(model)) || queue.empty() != (len(model) == 0) {
					t.Fatalf("%d bytes, empty %v; want %d", queue.bytes, queue.empty(), len(model))
				}
				var pieces [4]Buf
				rest := model
				for _, piece := range pieces[:queue.gather(pieces[:])] {
					for i := range piece.Len {
						if piece.Data+i != rest[i] {
							t.Fatalf("byte %d is at %d, want %d", i, piece.Data+i, rest[i])
						}
					}
					rest = rest[piece.Len:]
				}
				if queue.n <= len(pieces) && len(rest) > 0 {
					t.Fatalf("%d bytes were not gathered", len(rest))
				}
			},
		})
	})
}

func TestRingGivesALargeMemoryBack(t *testing.T) {
	var r ring[int]
	for i := range 10_000 {
		*r.push() = i
	}
	r.reset()
	if len(r.items) > keptRing {
		t.Fatalf("an empty ring keeps room for %d", len(r.items))
	}
	*r.push() = 1
	if *r.at(0) != 1 {
		t.Fatal("a ring does not work after a reset")
	}
}
