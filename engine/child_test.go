//go:build linux

package engine

import (
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

func startChild(t *testing.T, script string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", script)
	must(t, cmd.Start())
	return cmd
}

func TestChildIsReaped(t *testing.T) {
	for _, test := range []struct {
		script string
		check  func(unix.WaitStatus) bool
	}{
		{"exit 3", func(s unix.WaitStatus) bool { return s.Exited() && s.ExitStatus() == 3 }},
		{"kill -TERM $$", func(s unix.WaitStatus) bool { return s.Signaled() && s.Signal() == unix.SIGTERM }},
	} {
		t.Run(test.script, func(t *testing.T) {
			r := newRig(t)
			child := startChild(t, test.script)
			t.Cleanup(func() { _ = child.Process.Release() })
			handle := r.ok(r.WatchChild(int64(child.Process.Pid), 4))
			if s := r.Stats(); s.Children != 1 {
				t.Fatalf("%+v", s)
			}
			event := r.next()
			if event.Kind != EvChild || event.Token != 4 || event.Flags != 0 || !test.check(unix.WaitStatus(event.Result)) {
				t.Fatalf("%s: got %+v", test.script, event)
			}
			r.fails(r.Close(handle, 0), unix.EBADF)
			if s := r.Stats(); s.Children != 0 {
				t.Fatalf("%+v", s)
			}
		})
	}
}

func TestChildReapedBySomebodyElse(t *testing.T) {
	r := newRig(t)
	child := startChild(t, "read x")
	r.ok(r.WatchChild(int64(child.Process.Pid), 4))
	must(t, child.Process.Kill())
	_ = child.Wait()
	r.want(r.next(), Event{Token: 4, Kind: EvChild, Flags: Lost})
	r.fails(r.WatchChild(int64(child.Process.Pid), 4), unix.ESRCH)
}

func TestChildNoLongerWatched(t *testing.T) {
	r := newRig(t)
	child := startChild(t, "exit 0")
	handle := r.ok(r.WatchChild(int64(child.Process.Pid), 4))
	r.fails(r.Reading(handle, false), unix.EBADF)
	r.ok(r.Close(handle, CloseFD))
	must(t, child.Wait())
	r.quiet()
}

func TestBadPids(t *testing.T) {
	r := newRig(t)
	for _, pid := range []int64{0, -1, 1 << 40} {
		r.fails(r.WatchChild(pid, 1), unix.EINVAL)
	}
}
