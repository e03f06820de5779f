package resolve

import "math"

// answer is a remembered result. Names can lead in circles: an answer that needed one still being worked out is
// good for the question at the bottom of the circle, which sees all the others, but not for later ones.
type answer struct {
	state  answerState
	index  int  // on the stack, while working; for a loose answer the least index it needed
	circle bool // names led in circles on the way to it
	result Result
}

type answerState uint8

const (
	fresh answerState = iota
	working
	loose
	done
)

func key(file, index int32) int64 { return int64(file)<<32 | int64(uint32(index)) }

// ask works out an answer about a file once.
func (r *Resolver) ask(file int32, a *answer, work func() Result) Result {
	switch a.state {
	case done:
		r.circle = r.circle || a.circle
		return a.result
	case working:
		r.circle = true
		r.low = min(r.low, a.index)
		return a.result // as far as it is known
	case loose:
		r.circle = true
		r.low = min(r.low, a.index)
		return a.result
	}
	if r.stack > maxDepth {
		r.low = -1
		return unknown
	}
	a.state, a.index, a.result = working, r.stack, Result{}
	mark := len(r.loose)
	r.stack++
	outer := r.low
	r.low = math.MaxInt
	asking, circle := r.at, r.circle
	r.at, r.circle = file, false
	a.result = work()
	a.circle = r.circle
	r.at, r.circle = asking, circle || a.circle
	r.stack--
	if r.low < r.stack && r.stack > 0 {
		a.state, a.index = loose, r.low
		r.loose = append(r.loose, a)
		r.low = min(r.low, outer)
		return a.result
	}
	a.state = done
	if r.low < 0 {
		a.state = fresh // too deep: another question may come closer
	}
	r.low = outer
	// The answers that needed this one were worked out from here. Each gets its own when it is asked for, so that it
	// does not matter which was asked for first.
	for _, l := range r.loose[mark:] {
		*l = answer{}
	}
	r.loose = r.loose[:mark]
	return a.result
}

// spareAnswers is how many answers are made at once.
const spareAnswers = 128

// newAnswer gives an answer that is not in use. One by one they would keep the collector busy.
func (r *Resolver) newAnswer() *answer {
	if len(r.spare) == 0 {
		r.spare = make([]answer, spareAnswers)
	}
	a := &r.spare[0]
	r.spare = r.spare[1:]
	return a
}

// symbolAnswer finds the answer about a symbol. Of a file that others import, a few symbols are asked for.
func (r *Resolver) symbolAnswer(file, symbol int32) *answer {
	answers := r.symbols[file]
	if answers == nil {
		answers = make([]*answer, len(r.Files[file].Model.Symbols))
		r.symbols[file] = answers
	}
	if answers[symbol] == nil {
		answers[symbol] = r.newAnswer()
	}
	return answers[symbol]
}

func find[K comparable](r *Resolver, m map[K]*answer, k K) *answer {
	a := m[k]
	if a == nil {
		a = r.newAnswer()
		m[k] = a
	}
	return a
}
