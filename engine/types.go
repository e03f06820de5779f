//go:build linux

package engine

// Op is one submission; engine.h says what each code means.
type Op struct {
	Code     uint32
	Result   int32 // 0 or -errno
	Deadline int64 // by the monotonic clock, in nanoseconds
	Token    uint64
}

// The codes of an Op.
const (
	OpNop uint32 = iota
	OpTimerAdd
	OpTimerCancel
)

// Event is one thing that happened; engine.h says which fields each kind uses.
type Event struct {
	Token  uint64
	Kind   uint32
	Flags  uint32
	Result int64
}

// The kinds of an Event.
const (
	EvWake uint32 = iota + 1
	EvTimer
	EvWatch
	EvWait
	EvReadable
	EvError
	EvWrote
	EvSent
	EvSendFailed
)

// Readiness: what is asked for (In, Out, Pri) and reported (all).
const (
	In uint32 = 1 << iota
	Out
	Pri
	Err
	Hup
)

// Flags of events other than readiness.
const (
	Empty uint32 = 1 // EvWrote, EvSent, EvSendFailed: the queue is empty
)

// Paused is a flag of streams and datagram sockets: not reading at first.
const Paused uint32 = 1

const (
	// MinEvents is the smallest array of events Turn can work with.
	MinEvents = 8
	// MaxTimerSlots bounds the slot numbers of timers, and with them the table.
	MaxTimerSlots = 1 << 28
)

// Buf is a piece of the caller's memory, laid out like struct iovec on 64-bit systems.
type Buf struct {
	Data uint64
	Len  uint64
}
