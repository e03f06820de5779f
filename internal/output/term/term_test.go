package term

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

// signalling tells the test when the first line is drawn.
type signalling struct {
	bytes.Buffer
	drawn chan struct{}
}

func (s *signalling) Write(b []byte) (int, error) {
	n, err := s.Buffer.Write(b)
	select {
	case s.drawn <- struct{}{}:
	default:
	}
	return n, err
}

func TestProgressDrawsWhenTheStartHasComeAndCleansUp(t *testing.T) {
	w := &signalling{drawn: make(chan struct{}, 1)}
	p := &Progress{w: w}
	start := make(chan time.Time, 1)
	p.Update(3, 10)
	start <- time.Time{}
	p.run(start, time.NewTicker(time.Hour))
	<-w.drawn
	p.Stop()
	if got := w.String(); !strings.Contains(got, "3 of 10 Python files read") || !strings.HasSuffix(got, "\r\x1b[K") {
		t.Errorf("%q", got)
	}
}

func TestShortRunsDrawNothing(t *testing.T) {
	var w bytes.Buffer
	p := &Progress{w: &w}
	p.run(make(chan time.Time), time.NewTicker(time.Hour))
	p.Stop()
	if w.Len() > 0 {
		t.Errorf("%q", w.String())
	}
}

func TestNoTerminalNoProgressNoColour(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	p := Start(write)
	p.Update(1, 2)
	p.Stop()
	if Colour(write, "") {
		t.Error("colours for a pipe")
	}
	write.Close()
	var content bytes.Buffer
	if _, err := content.ReadFrom(read); err != nil || content.Len() > 0 {
		t.Errorf("%q %v", content.String(), err)
	}
}

func TestColoursOnATerminalUnlessSomebodySaysNo(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no terminal can be made here: %v", err)
	}
	defer terminal.Close()
	for _, test := range []struct {
		noColour, force, kind, mode string
		want                        bool
	}{
		{"", "", "xterm", "", true}, {"1", "", "xterm", "auto", false}, {"", "", "dumb", "", false}, {"", "1", "dumb", "", true}, {"1", "1", "xterm", "", false},
		{"1", "", "dumb", "always", true}, {"", "1", "xterm", "never", false},
	} {
		t.Setenv("NO_COLOR", test.noColour)
		t.Setenv("FORCE_COLOR", test.force)
		t.Setenv("TERM", test.kind)
		if got := Colour(terminal, test.mode); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}

func TestProgressNeverStandsAtAllOfAll(t *testing.T) {
	p := &Progress{}
	for _, test := range []struct {
		done, total int
		want        string
	}{{0, 0, "looking for files"}, {3, 10, "3 of 10 Python files read"}, {10, 10, "following the names in 10 Python files"}} {
		p.Update(test.done, test.total)
		if got := p.text(); got != test.want {
			t.Errorf("%d of %d: %q", test.done, test.total, got)
		}
	}
}
