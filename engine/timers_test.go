//go:build linux

package engine

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"
)

func TestTimersComeInOrderOfDeadlineThenOfAdding(t *testing.T) {
	var timers Timers
	for i, deadline := range []int64{30, 10, 20, 10, 30, 10} {
		timers.Add(uint64(i), deadline)
	}
	var got []uint64
	for {
		token, ok := timers.Expire(30)
		if !ok {
			break
		}
		got = append(got, token)
	}
	if want := []uint64{1, 3, 5, 2, 0, 4}; !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func TestTimerIsNeverEarly(t *testing.T) {
	var timers Timers
	timers.Add(1, 100)
	if _, ok := timers.Expire(99); ok {
		t.Fatal("came at 99")
	}
	if _, ok := timers.Expire(100); !ok {
		t.Fatal("did not come at 100")
	}
}

func TestTimerSlots(t *testing.T) {
	var timers Timers
	const old, renewed = 7, 7 | 1<<32
	for _, step := range []struct {
		name string
		got  unix.Errno
		want unix.Errno
	}{
		{"add", timers.Add(old, 1), 0},
		{"add to a taken slot", timers.Add(renewed, 1), unix.EEXIST},
		{"cancel another generation", timers.Cancel(renewed), unix.ENOENT},
		{"cancel", timers.Cancel(old), 0},
		{"cancel again", timers.Cancel(old), unix.ENOENT},
		{"cancel an unknown slot", timers.Cancel(1 << 20), unix.ENOENT},
		{"add to a slot out of range", timers.Add(MaxTimerSlots, 1), unix.EINVAL},
		{"reuse the slot", timers.Add(renewed, 2), 0},
	} {
		if step.got != step.want {
			t.Errorf("%s: got %v, want %v", step.name, step.got, step.want)
		}
	}
	if token, ok := timers.Expire(2); !ok || token != renewed {
		t.Fatalf("got %#x, %v; want %#x: the cancelled timer's heap entry must not stand for the new one", token, ok, uint64(renewed))
	}
	if _, ok := timers.Expire(2); ok {
		t.Fatal("a second timer came")
	}
}

func TestCancelledTimersAreDropped(t *testing.T) {
	var timers Timers
	const many = 100_000
	for i := range uint64(many) {
		timers.Add(i, int64(i))
	}
	for i := range uint64(many) {
		timers.Cancel(i)
	}
	if timers.Pending() != 0 || timers.Cancelled() >= minCompaction {
		t.Fatalf("%d pending, %d cancelled ones kept", timers.Pending(), timers.Cancelled())
	}
	if _, ok := timers.Next(); ok || len(timers.heap) != 0 {
		t.Fatalf("%d entries left in the heap", len(timers.heap))
	}
}

// A far timer that is always pending and short ones that are always cancelled, as timeouts of requests are.
func TestCancelledTimersBehindOthersAreDropped(t *testing.T) {
	var timers Timers
	timers.Add(0, 0)
	for i := range 100_000 {
		timers.Add(1, int64(1000+i))
		timers.Cancel(1)
		if len(timers.heap) > 3*minCompaction {
			t.Fatalf("the heap has %d entries after %d cancelled timers", len(timers.heap), i)
		}
	}
}

func TestCompactionOfFewAndMany(t *testing.T) {
	for _, kept := range []int{0, 1, 2, 3, 5, 100} {
		var timers Timers
		for i := range 200 + kept {
			timers.Add(uint64(i), int64(1000-i))
		}
		for i := range 200 {
			timers.Cancel(uint64(i))
		}
		for i := range kept {
			want := uint64(200 + kept - 1 - i)
			if token, ok := timers.Expire(1000); !ok || token != want {
				t.Fatalf("of %d kept: got %d, %v, want %d", kept, token, ok, want)
			}
		}
		if _, ok := timers.Expire(1000); ok {
			t.Fatalf("more than %d timers came", kept)
		}
	}
}

// timersModel does with a plain list what Timers does.
type timersModel struct {
	list []modelTimer
}

type modelTimer struct {
	token    uint64
	deadline int64
}

func (m *timersModel) slot(token uint64) int {
	return slices.IndexFunc(m.list, func(t modelTimer) bool { return uint32(t.token) == uint32(token) })
}

func (m *timersModel) expire(now int64) (uint64, bool) {
	first := -1
	for i, timer := range m.list {
		if timer.deadline <= now && (first < 0 || timer.deadline < m.list[first].deadline) {
			first = i
		}
	}
	if first < 0 {
		return 0, false
	}
	token := m.list[first].token
	m.list = slices.Delete(m.list, first, first+1)
	return token, true
}

func TestTimersDoWhatAListDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var timers Timers
		var model timersModel
		token := rapid.Custom(func(t *rapid.T) uint64 {
			return uint64(rapid.IntRange(0, 200).Draw(t, "slot")) | uint64(rapid.IntRange(0, 1).Draw(t, "generation"))<<32
		})
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				timer := modelTimer{token.Draw(t, "token"), rapid.Int64Range(0, 50).Draw(t, "deadline")}
				taken := model.slot(timer.token) >= 0
				if errno := timers.Add(timer.token, timer.deadline); (errno == unix.EEXIST) != taken {
					t.Fatalf("%v, taken %v", errno, taken)
				}
				if !taken {
					model.list = append(model.list, timer)
				}
			},
			"cancel": func(t *rapid.T) {
				token := token.Draw(t, "token")
				i := model.slot(token)
				pending := i >= 0 && model.list[i].token == token
				if errno := timers.Cancel(token); (errno == 0) != pending {
					t.Fatalf("%v, pending %v", errno, pending)
				}
				if pending {
					model.list = slices.Delete(model.list, i, i+1)
				}
			},
			"cancel all": func(t *rapid.T) {
				for _, timer := range model.list {
					if errno := timers.Cancel(timer.token); errno != 0 {
						t.Fatal(errno)
					}
				}
				model.list = nil
			},
			"expire": func(t *rapid.T) {
				now := rapid.Int64Range(0, 50).Draw(t, "now")
				for {
					want, wantOK := model.expire(now)
					got, ok := timers.Expire(now)
					if got != want && wantOK || ok != wantOK {
						t.Fatalf("got %#x, %v; want %#x, %v", got, ok, want, wantOK)
					}
					if !ok {
						return
					}
				}
			},
			"": func(t *rapid.T) {
				if timers.Pending() != len(model.list) {
					t.Fatalf("%d pending, want %d", timers.Pending(), len(model.list))
				}
				if dead := timers.Cancelled(); dead >= minCompaction && dead > len(timers.heap)/2 {
					t.Fatalf("%d of %d heap entries are cancelled", dead, len(timers.heap))
				}
			},
		})
	})
}

// FuzzTimers reads a history from bytes: the low two bits say what is done, the others to whom.
func FuzzTimers(f *testing.F) {
	f.Add([]byte{0, 4, 1, 8, 2, 3})
	f.Fuzz(func(t *testing.T, history []byte) {
		var timers Timers
		var model timersModel
		for i, b := range history {
			token := uint64(b >> 2)
			switch b & 3 {
			case 0, 1:
				deadline := int64(i*37%64) * int64(b&3+1)
				if timers.Add(token, deadline) == 0 {
					model.list = append(model.list, modelTimer{token, deadline})
				}
			case 2:
				if i := model.slot(token); (timers.Cancel(token) == 0) != (i >= 0) {
					t.Fatalf("cancel of %d", token)
				} else if i >= 0 {
					model.list = slices.Delete(model.list, i, i+1)
				}
			case 3:
				want, wantOK := model.expire(int64(token))
				if got, ok := timers.Expire(int64(token)); ok != wantOK || ok && got != want {
					t.Fatalf("got %d, %v; want %d, %v", got, ok, want, wantOK)
				}
			}
			if timers.Pending() != len(model.list) {
				t.Fatalf("%d pending, want %d", timers.Pending(), len(model.list))
			}
		}
	})
}
