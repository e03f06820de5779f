package port

// ChangesStart tells whether a program behaves differently for an edit by this rule: it starts with another hub.
func (r *Rule) ChangesStart() bool { return r == installs || r == installsHub || r == scriptInstalls }

// MakesAsync tells whether a place of the rule is a function that becomes a coroutine.
func (r *Rule) MakesAsync() bool { return r == becomesAsync }

// Deletes tells whether the file of a place of the rule goes.
func (r *Rule) Deletes() bool { return r == emptiedGoes }

// Edits tells whether the text at a place of the rule changes.
func (r *Rule) Edits() bool {
	switch r {
	case follows, staysValue, hubVariable, sleepStays, lives:
		return false
	}
	return true
}
