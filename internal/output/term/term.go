// Package term is what the tool knows about the terminal it may be talking to.
package term

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"
)

// IsTerminal tells whether w is a terminal that moves its cursor and changes colours when told to.
func IsTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	return term.IsTerminal(int(file.Fd())) && understands(file)
}

// Modes say when to write colours: what Colour takes.
var Modes = []string{"auto", "always", "never"}

// Colour tells whether to write colours to w. In the mode auto, or none, it is a terminal that can, and nobody has said
// no (https://no-color.org), or somebody has said yes (https://force-color.org).
func Colour(w io.Writer, mode string) bool {
	switch {
	case mode == "always" || mode == "never":
		return mode == "always"
	case os.Getenv("NO_COLOR") != "":
		return false
	case os.Getenv("FORCE_COLOR") != "":
		return true
	}
	return os.Getenv("TERM") != "dumb" && IsTerminal(w)
}

// patience is how long a run may take before it says how far it is.
const patience = time.Second

// Progress shows on one line of a terminal how far a run is, from its second second on. The zero Progress shows
// nothing.
type Progress struct {
	w           io.Writer
	done, total atomic.Int64
	stop        chan struct{}
	stopped     sync.WaitGroup
}

// Start begins to watch. On what is no terminal it shows nothing.
func Start(w io.Writer) *Progress {
	p := &Progress{w: w}
	if !IsTerminal(w) {
		return p
	}
	p.run(time.After(patience), time.NewTicker(patience/10))
	return p
}

// run draws at each tick, once the start has come.
func (p *Progress) run(start <-chan time.Time, ticker *time.Ticker) {
	p.stop = make(chan struct{})
	p.stopped.Go(func() {
		defer ticker.Stop()
		select {
		case <-p.stop:
			return
		case <-start:
		}
		for {
			fmt.Fprintf(p.w, "\r\x1b[Kaiohub: %s", p.text())
			select {
			case <-p.stop:
				fmt.Fprint(p.w, "\r\x1b[K")
				return
			case <-ticker.C:
			}
		}
	})
}

// text says how far the run is. When all files are read, their names still have to be looked at.
func (p *Progress) text() string {
	done, total := p.done.Load(), p.total.Load()
	switch {
	case total == 0:
		return "looking for files"
	case done < total:
		return fmt.Sprintf("%d of %d Python files read", done, total)
	}
	return fmt.Sprintf("following the names in %d Python files", total)
}

// Update says how far the run is. It may be called from any goroutine.
func (p *Progress) Update(done, total int) {
	p.done.Store(int64(done))
	p.total.Store(int64(total))
}

// Stop ends the watch and clears the line, so that what follows stands on a clean one.
func (p *Progress) Stop() {
	if p.stop != nil {
		close(p.stop)
		p.stopped.Wait()
		p.stop = nil
	}
}
