package atomic

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// forks are calls that make worker processes of the present one; the value says whether they do so only if they are
// given a number of workers.
var forks = map[string]bool{
	"os.fork": false, "os.forkpty": false, "oslo_service.service.launch": true,
	"oslo_service.service.ProcessLauncher.launch_service": false, "cotyledon.ServiceManager.run": false,
	"cotyledon.ServiceManager.add": false, "daemon.DaemonContext.open": false, "daemon.DaemonContext.__enter__": false,
	"daemonize.Daemonize.start": false, "tornado.process.fork_processes": true, "prefork.run": false,
}

// forked looks for threads, executors and flags of things that were set up, made before worker processes are.
func (a *analysis) forked() {
	near := a.nearForks()
	for id, f := range a.fns {
		if f == nil || !near[callgraph.FuncID(id)] {
			continue
		}
		for i := range f.Calls {
			c := &f.Calls[i]
			if name := a.forksAt(callgraph.FuncID(id), c, 0); name != "" {
				a.beforeFork(callgraph.FuncID(id), c, name)
			}
		}
	}
}

// maxForkDepth is how many calls lie between a fork and where it is seen, at most.
const maxForkDepth = 2

// nearForks finds the functions that make processes, and those that call them.
func (a *analysis) nearForks() map[callgraph.FuncID]bool {
	near := map[callgraph.FuncID]bool{}
	for i := range a.g.Sites {
		if _, ok := forks[a.g.Sites[i].Name]; ok {
			near[a.g.Sites[i].From] = true
		}
	}
	for range maxForkDepth + 1 {
		for i := range a.g.Edges {
			if e := &a.g.Edges[i]; len(near) > 0 && e.Certain && near[e.To] {
				near[e.From] = true
			}
		}
	}
	return near
}

// forksAt gives the name of what makes processes at a call, "" if nothing does.
func (a *analysis) forksAt(fn callgraph.FuncID, c *Call, depth int) string {
	for _, name := range a.sitesAt(fn, c.Start) {
		if workers, ok := forks[name]; ok && (!workers || c.Workers || depth > 0) {
			return name
		}
	}
	if depth > maxForkDepth {
		return ""
	}
	for _, e := range a.calleesAt(fn, c.Start) {
		f := a.fns[e.To]
		if f == nil || depth == 0 && f.Params > 0 && !c.Workers && !a.forksAnyway(e.To) {
			continue
		}
		for i := range f.Calls {
			if name := a.forksAt(e.To, &f.Calls[i], depth+1); name != "" {
				return name
			}
		}
	}
	return ""
}

// forksAnyway reports whether a function makes processes whatever it is given.
func (a *analysis) forksAnyway(fn callgraph.FuncID) bool {
	return slices.ContainsFunc(a.sites[fn], func(i int32) bool {
		workers, ok := forks[a.g.Sites[i].Name]
		return ok && !workers
	})
}

// beforeFork looks at what a function has done before it makes processes.
func (a *analysis) beforeFork(fn callgraph.FuncID, fork *Call, name string) {
	f := a.fns[fn]
	for i := range f.Calls {
		c := &f.Calls[i]
		if c.End > fork.Start || c.Start == fork.Start {
			continue
		}
		if what, at := a.makesThread(fn, c.Start); what != "" {
			a.reportFork(fn, c, name, what, at, true)
			continue
		}
		for _, e := range a.calleesAt(fn, c.Start) {
			if what, at := a.madeIn(e.To, 0); what != "" {
				// The processes miss it if they are given the object.
				a.reportFork(fn, c, name, what, at, c.Text != "" && slices.Contains(fork.Args, c.Text) || a.usedAfter(fn, c, fork))
				break
			}
		}
	}
}

// usedAfter reports whether the object that a call makes, or whose method it is, is used after the fork in the same
// function.
func (a *analysis) usedAfter(fn callgraph.FuncID, c, fork *Call) bool {
	object := c.Text
	if c.Local != "" {
		object = c.Local
	}
	return object != "" && slices.ContainsFunc(a.fns[fn].Calls, func(d Call) bool {
		return d.Start >= fork.End && (d.Text == object || strings.HasPrefix(d.Text, object+"."))
	})
}

func (a *analysis) reportFork(fn callgraph.FuncID, c *Call, fork, what, at string, certain bool) {
	a.report(Finding{
		Code: Forked, Fn: fn, Start: c.Start, End: min(c.End, a.endOfLine(fn, c.Start)), Certain: certain,
		Message: fmt.Sprintf(
			"%s before `%s` makes worker processes: the processes have none of the threads, and what says that they run stays true",
			what,
			fork,
		),
		Help: "do it in each process, after the fork: where the service starts", Why: []string{at},
	})
}

// makesThread says whether a call starts a thread.
func (a *analysis) makesThread(fn callgraph.FuncID, pos uint32) (what, at string) {
	for _, name := range a.sitesAt(fn, pos) {
		last := name[strings.LastIndexByte(name, '.')+1:]
		switch {
		case last == "start" && (strings.Contains(name, "Thread") || strings.Contains(name, "Timer")) &&
			!strings.Contains(name, "multiprocessing"),
			last == "submit" && strings.Contains(name, "ThreadPoolExecutor"), name == "_thread.start_new_thread":
			return fmt.Sprintf("`%s` starts a thread", name),
				fmt.Sprintf("%s starts it in line %d", a.g.Funcs[fn].Name(), a.lineAt(fn, pos))
		}
	}
	return "", ""
}

// madeIn says what a function sets up, or those that it calls, that a process made later does not have.
func (a *analysis) madeIn(fn callgraph.FuncID, depth int) (what, at string) {
	f := a.fns[fn]
	if f == nil || depth > 3 {
		return "", ""
	}
	for _, i := range a.sites[fn] {
		if a.g.Sites[i].Certain {
			if what, at := a.makesThread(fn, a.g.Sites[i].Pos); what != "" {
				return what, at
			}
		}
	}
	for i := range f.Checks {
		c := &f.Checks[i]
		act := &f.Accesses[c.Act]
		s := a.state(fn, act.Ref)
		if c.Form != TestThenAct || act.Act != Store || act.Value < 0 ||
			a.files[a.g.Funcs[fn].File].Values[act.Value].Kind != Constant || s.Kind == NoRef {
			continue
		}
		if slices.ContainsFunc(f.Calls, func(c Call) bool { return c.Method == "start" && c.End <= act.Start }) &&
			a.testedElsewhere(s, fn) {
			return fmt.Sprintf("%s is set, as a sign that something was started,", a.show(s)),
				fmt.Sprintf("%s sets it in line %d", a.g.Funcs[fn].Name(), a.lineAt(fn, act.Start))
		}
	}
	for _, i := range a.out[fn] {
		if e := &a.g.Edges[i]; !a.later(e) {
			if what, at := a.madeIn(e.To, depth+1); what != "" {
				return what, at
			}
		}
	}
	return "", ""
}

// testedElsewhere reports whether a state is tested in another function, or by the one that sets it.
func (a *analysis) testedElsewhere(s State, fn callgraph.FuncID) bool {
	return slices.ContainsFunc(a.spots[s], func(at spot) bool { return a.accessOf(at).Act == Test })
}
