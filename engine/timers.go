//go:build linux

package engine

import "golang.org/x/sys/unix"

// Timers is a set of deadlines: a heap ordered by (deadline, order of adding), so equal deadlines come in the order
// they were added.
//
// A timer is known by its token, whose low 32 bits are a slot the caller chose. Cancelling only empties the slot; the
// heap entry is dropped when it comes up, or when cancelled entries are the majority and the heap is compacted. Adding
// is O(1) for a deadline behind all others, which a stream of equal delays gives, and O(log n) otherwise; cancelling is
// O(1) amortised.
type Timers struct {
	heap  []timerEntry
	slots []timerSlot // by slot number
	order uint64      // of the last timer added; starts at 1
	dead  int         // entries of heap whose slot has moved on
}

type timerEntry struct {
	deadline int64
	order    uint64
	slot     uint32
}

type timerSlot struct {
	order uint64 // 0: free
	token uint64
}

// Fewer cancelled timers than this are not worth a compaction.
const minCompaction = 64

func (t *timerEntry) before(u *timerEntry) bool {
	return t.deadline < u.deadline || t.deadline == u.deadline && t.order < u.order
}

// Add makes a timer pending: EEXIST if its slot's timer is, EINVAL for a slot out of range.
func (t *Timers) Add(token uint64, deadline int64) unix.Errno {
	slot := uint32(token)
	if slot >= MaxTimerSlots {
		return unix.EINVAL
	}
	for int(slot) >= len(t.slots) {
		t.slots = append(t.slots, timerSlot{})
		t.slots = t.slots[:min(cap(t.slots), MaxTimerSlots)]
	}
	if t.slots[slot].order != 0 {
		return unix.EEXIST
	}
	t.order++
	t.slots[slot] = timerSlot{order: t.order, token: token}
	t.heap = append(t.heap, timerEntry{deadline: deadline, order: t.order, slot: slot})
	t.up(len(t.heap) - 1)
	return 0
}

// Cancel ends a pending timer: ENOENT if there is none with this token.
func (t *Timers) Cancel(token uint64) unix.Errno {
	slot := uint32(token)
	if int64(slot) >= int64(len(t.slots)) || t.slots[slot].order == 0 || t.slots[slot].token != token {
		return unix.ENOENT
	}
	t.slots[slot].order = 0
	t.dead++
	if t.dead >= minCompaction && t.dead > len(t.heap)/2 {
		t.compact()
	}
	return 0
}

// Next is the earliest deadline; ok is false if nothing is pending.
func (t *Timers) Next() (deadline int64, ok bool) {
	t.dropDead()
	if len(t.heap) == 0 {
		return 0, false
	}
	return t.heap[0].deadline, true
}

// Expire takes the earliest timer if it is due at now.
func (t *Timers) Expire(now int64) (token uint64, ok bool) {
	t.dropDead()
	if len(t.heap) == 0 || t.heap[0].deadline > now {
		return 0, false
	}
	slot := &t.slots[t.heap[0].slot]
	slot.order = 0
	t.pop()
	return slot.token, true
}

// Pending is the number of timers that will come; Cancelled that of heap entries that will not.
func (t *Timers) Pending() int   { return len(t.heap) - t.dead }
func (t *Timers) Cancelled() int { return t.dead }

// dropDead makes the top of the heap a pending timer.
func (t *Timers) dropDead() {
	for t.dead > 0 && len(t.heap) > 0 && t.slots[t.heap[0].slot].order != t.heap[0].order {
		t.dead--
		t.pop()
	}
}

// compact rebuilds the heap from what is pending.
func (t *Timers) compact() {
	kept := t.heap[:0]
	for _, entry := range t.heap {
		if t.slots[entry.slot].order == entry.order {
			kept = append(kept, entry)
		}
	}
	t.heap, t.dead = kept, 0
	for i := (len(kept) + 2) / 4; i > 0; i-- {
		t.down(i - 1)
	}
}

func (t *Timers) pop() {
	last := len(t.heap) - 1
	t.heap[0] = t.heap[last]
	t.heap = t.heap[:last]
	if last > 1 {
		t.down(0)
	}
}

// The heap has four children to a node: half the levels of a binary one, and the four share cache lines.

func (t *Timers) up(i int) {
	entry := t.heap[i]
	for i > 0 {
		parent := (i - 1) / 4
		if !entry.before(&t.heap[parent]) {
			break
		}
		t.heap[i] = t.heap[parent]
		i = parent
	}
	t.heap[i] = entry
}

func (t *Timers) down(i int) {
	heap := t.heap
	entry := heap[i]
	for {
		first := 4*i + 1
		if first >= len(heap) {
			break
		}
		least := first
		for child := first + 1; child < min(first+4, len(heap)); child++ {
			if heap[child].before(&heap[least]) {
				least = child
			}
		}
		if !heap[least].before(&entry) {
			break
		}
		heap[i] = heap[least]
		i = least
	}
	heap[i] = entry
}
