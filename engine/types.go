package engine

// Op is one submission; engine.h says what each code means and which fields it uses.
type Op struct {
	Code   uint32
	ID     uint32
	Handle int64
	Data   uint64 // an address
	Len    int64
	Addr   uint64 // an address or a token
	Result int64
}

// The codes of an Op.
const (
	OpNop uint32 = iota
	OpTimerAdd
	OpTimerCancel
	OpWrite
	OpWritev
	OpSendto
	OpReading
	OpShutdown
	OpClose
	OpWatch
	OpWait
)

// Event is one thing that happened; engine.h says which fields each kind uses.
type Event struct {
	Token    uint64
	Kind     uint32
	Flags    uint32
	Result   int64
	Data     uint64 // an address in the slab
	Addr     uint64 // an address in the slab
	AddrLen  uint32
	Reserved uint32
}

// The kinds of an Event.
const (
	EvWake uint32 = iota + 1
	EvTimer
	EvWatch
	EvWait
	EvData
	EvReadable
	EvEOF
	EvError
	EvWrote
	EvAccepted
	EvAcceptFailed
	EvDatagram
	EvDgramFailed
	EvSent
	EvSendFailed
	EvChild
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
	Empty     uint32 = 1 // EvWrote, EvSent, EvSendFailed: the queue is empty
	Low       uint32 = 2 // EvWrote: fallen to the low water mark
	Retry     uint32 = 1 // EvAcceptFailed: the engine tries again
	Truncated uint32 = 1 // EvDatagram
	Lost      uint32 = 1 // EvChild: reaped by somebody else
)

// Flags of streams and datagram sockets, and of closing.
const (
	File    uint32 = 1 // not a socket
	Notify  uint32 = 2 // EvReadable instead of EvData
	Paused  uint32 = 4 // not reading at first
	CloseFD uint32 = 1
)

const (
	// ReadMax is the most a stream reads in one turn, in bytes: what the stock asyncio loop asks for.
	ReadMax = 256 << 10
	// MinEvents is the smallest array of events Turn can work with.
	MinEvents = 8
	// MaxTimerSlots bounds the slot numbers of timers, and with them the table.
	MaxTimerSlots = 1 << 28
	// AcceptRetryNS is asyncio's pause after EMFILE.
	AcceptRetryNS = 1_000_000_000

	defaultLow  = 16 << 10
	defaultHigh = 64 << 10
)

// Buf is a piece of the caller's memory, laid out like struct iovec on 64-bit systems.
type Buf struct {
	Data uint64
	Len  uint64
}
