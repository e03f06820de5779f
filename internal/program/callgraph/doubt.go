package callgraph

import "aiohub/internal/language/pysyntax"

// doubt is what stands between the beginning of a function and the place that is being read: whoever calls the function
// may not come here. What an exception skips is no doubt: a function is taken to do what it is for.
type doubt struct {
	tests    int  // branches and loops around
	tries    int  // try blocks around
	returned bool // a return before, behind a test
	jumped   bool // a break or continue before, behind a test in the loop around
	loop     int  // the tests around the body of the loop around
}

func (d *doubt) any() bool { return d.tests > 0 || d.returned || d.jumped }

// perhaps reads what does not run each time.
func (r *reducer) perhaps(read func()) {
	r.doubt.tests++
	read()
	r.doubt.tests--
}

// tried reads a part of a try statement: what comes after a return in it, an exception has led to.
func (r *reducer) tried(read func()) {
	r.doubt.tries++
	read()
	r.doubt.tries--
}

// loop reads the body of a loop; runs says that it has at least one round.
func (r *reducer) loop(runs bool, read func()) {
	outer := r.doubt
	if !runs {
		r.doubt.tests++
	}
	r.doubt.loop, r.doubt.jumped = r.doubt.tests, false
	read()
	returned := r.doubt.returned
	r.doubt = outer
	r.doubt.returned = returned
}

func (r *reducer) noteReturn() {
	r.doubt.returned = r.doubt.returned || r.doubt.tests > 0 || r.doubt.tries > 0
}

func (r *reducer) noteJump() {
	r.doubt.jumped = r.doubt.jumped || r.doubt.tests > r.doubt.loop || r.doubt.tries > 0
}

// hasElements tells whether what a loop goes through is seen to have elements: a display with some, a range of a
// number.
func (r *reducer) hasElements(n node) bool {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Tuple, pysyntax.List, pysyntax.Set:
		return t.Child(n) != 0
	case pysyntax.Call:
		first := t.Next(t.Child(n))
		return r.lastName(t.Child(n)) == "range" && first != 0 && t.Kind(first) == pysyntax.Constant
	}
	return false
}

// whileStatement reads a loop. One without a test has a first round.
func (r *reducer) whileStatement(n node) {
	t := r.t
	test := t.Child(n)
	r.test(test)
	r.loop(true, func() { r.branch(t.Next(test), test) })
}
