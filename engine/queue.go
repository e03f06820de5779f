//go:build linux

package engine

// ring is a queue that keeps its memory. Its length is a power of two.
type ring[T any] struct {
	items []T
	head  int
	n     int
}

// A ring that has grown beyond this gives its memory back when its source is closed.
const keptRing = 64

func (r *ring[T]) empty() bool { return r.n == 0 }

// push adds a zero item and returns it to be filled; the pointer is good until the next push.
func (r *ring[T]) push() *T {
	if r.n == len(r.items) {
		items := make([]T, max(8, 2*len(r.items)))
		for i := range r.n {
			items[i] = *r.at(i)
		}
		r.items, r.head = items, 0
	}
	r.n++
	return r.at(r.n - 1)
}

// at is the i-th item from the front.
func (r *ring[T]) at(i int) *T { return &r.items[(r.head+i)&(len(r.items)-1)] }

// drop removes the first n items.
func (r *ring[T]) drop(n int) {
	r.head = (r.head + n) & max(len(r.items)-1, 0)
	r.n -= n
}

func (r *ring[T]) reset() {
	if len(r.items) > keptRing {
		r.items = nil
	}
	r.head, r.n = 0, 0
}

// writeQueue is the bytes a stream has still to write, as pieces of the caller's memory.
type writeQueue struct {
	ring[Buf]
	bytes int64
}

// add queues a piece.
func (q *writeQueue) add(piece Buf) {
	if piece.Len > 0 {
		*q.push() = piece
		q.bytes += int64(piece.Len)
	}
}

// gather copies the first pieces into bufs and returns how many.
func (q *writeQueue) gather(bufs []Buf) int {
	n := min(q.n, len(bufs))
	for i := range n {
		bufs[i] = *q.at(i)
	}
	return n
}

// written takes n bytes off the front.
func (q *writeQueue) written(n int64) {
	q.bytes -= n
	for n > 0 {
		first := q.at(0)
		if uint64(n) < first.Len {
			first.Data += uint64(n)
			first.Len -= uint64(n)
			return
		}
		n -= int64(first.Len)
		q.drop(1)
	}
}

func (q *writeQueue) reset() {
	q.ring.reset()
	q.bytes = 0
}
