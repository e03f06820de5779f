package atomic

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// processWide are calls that act on the whole process: what to say, and whether they fail off the main thread.
var processWide = map[string]string{
	"signal.signal":        "can be called in the main thread only",
	"signal.set_wakeup_fd": "can be called in the main thread only",
	"signal.siginterrupt":  "can be called in the main thread only",
	"os.chdir":             "changes the directory of the whole process",
	"os.fchdir":            "changes the directory of the whole process", "os.umask": "changes the mask of the whole process",
	"os.chroot": "changes the root of the whole process", "os.setuid": "changes the user of the whole process",
	"os.seteuid": "changes the user of the whole process", "os.setgid": "changes the group of the whole process",
	"os.setegid": "changes the group of the whole process", "os.nice": "changes the priority of the whole process",
	"contextlib.chdir":           "changes the directory of the whole process",
	"contextlib.redirect_stdout": "redirects the output of the whole process",
	"contextlib.redirect_stderr": "redirects the output of the whole process",
	"locale.setlocale":           "changes the locale of the whole process",
	"socket.setdefaulttimeout":   "changes the timeout of all sockets that are made",
	"random.seed":                "seeds the generator of the whole process", "time.tzset": "changes the time zone of the whole process",
	"warnings.catch_warnings":             "changes the filters of the whole process",
	"logging.config.dictConfig":           "takes all loggers apart and sets them up again",
	"logging.config.fileConfig":           "takes all loggers apart and sets them up again",
	"os.environ.clear":                    "empties the environment that all share",
	"oslo_config.cfg.CONF":                "clears the options that all read and reads them again",
	"oslo_config.cfg.ConfigOpts.__call__": "clears the options that all read and reads them again",
	"oslo_config.cfg.CONF.clear":          "clears the options that all read",
	"sys.setrecursionlimit":               "changes the limit of all threads",
	"gettext.install":                     "changes the builtins of all modules",
}

// processWide looks for calls that act on the whole process and are made by tasks.
func (a *analysis) processWide() {
	if a.target != Threads {
		return
	}
	for i := range a.g.Sites {
		s := &a.g.Sites[i]
		what := processWide[s.Name]
		if what == "" || !s.Certain {
			continue
		}
		tasks := slices.DeleteFunc(slices.Clone(a.reach.tasks[node2{-1, s.From}]),
			func(t int32) bool { return t == mainTask })
		if len(tasks) == 0 || len(a.held(s.From, s.Pos, s.Pos)) > 0 && !strings.HasPrefix(s.Name, "signal.") {
			continue
		}
		a.report(Finding{
			Code: ProcessWide, Fn: s.From, Start: s.Pos, End: a.endOfLine(s.From, s.Pos), Certain: !a.asksForThread(s, tasks[0]) && a.surely(s.From),
			Message: fmt.Sprintf("`%s` %s, and here it is called by %s", s.Name, what, a.describe(tasks[0])),
			Help:    "call it once, before the tasks are started",
			Why:     []string{strings.Join(a.chain(reached{node2{-1, s.From}, tasks[0]}), " -> ")},
		})
	}
}

// surely reports whether a task comes to a function by calls that no condition decides: what is set up when it is first
// asked for has been, mostly, before there were tasks.
func (a *analysis) surely(fn callgraph.FuncID) bool {
	if a.sureWays == nil {
		a.sureWays = map[callgraph.FuncID]bool{}
		var queue []callgraph.FuncID
		for i := range a.tasks {
			if root := a.tasks[i].root; !a.sureWays[root] {
				a.sureWays[root] = true
				queue = append(queue, root)
			}
		}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			for _, i := range a.out[at] {
				e := &a.g.Edges[i]
				if e.Doubtful || a.sureWays[e.To] || a.startsAt(e) || a.beginsTask(e) || !a.sure(i) {
					continue
				}
				a.sureWays[e.To] = true
				queue = append(queue, e.To)
			}
		}
	}
	return a.sureWays[fn]
}

// asksForThread reports whether what runs on a condition only is behind a question which thread runs, in its function
// or one on the way to it.
func (a *analysis) asksForThread(s *callgraph.Site, task int32) bool {
	at, doubtful := reached{node2{-1, s.From}, task}, s.Doubtful
	for range 30 {
		if doubtful && slices.ContainsFunc(a.sites[at.fn], func(i int32) bool { return threadQuestions[a.g.Sites[i].Name] }) {
			return true
		}
		by, ok := a.reach.from[at]
		if !ok || by.by.ctx == -2 {
			return false
		}
		doubtful = slices.ContainsFunc(a.out[by.by.fn], func(i int32) bool {
			e := &a.g.Edges[i]
			return e.To == at.fn && e.Line == by.line && e.Doubtful
		})
		at.node2 = by.by
	}
	return false
}

var threadQuestions = map[string]bool{
	"threading.current_thread": true, "threading.currentThread": true, "threading.main_thread": true,
	"threading.get_ident": true, "_thread.get_ident": true,
}

// notShared are classes whose objects one task may use at a time: the name, and whether using one from two is always
// wrong.
var notShared = map[string]bool{
	"sqlite3.Connection": true, "sqlite3.connect": true, "http.client.HTTPConnection": true,
	"http.client.HTTPSConnection": true, "ftplib.FTP": true, "smtplib.SMTP": true, "smtplib.SMTP_SSL": true,
	"imaplib.IMAP4": true, "poplib.POP3": true, "telnetlib.Telnet": true, "xmlrpc.client.ServerProxy": true,
	"sqlalchemy.orm.Session": true, "sqlalchemy.orm.session.Session": true, "pymysql.connect": true,
	"MySQLdb.connect": true, "mysql.connector.connect": true, "requests.Session": false, "requests.session": false,
	"requests.sessions.Session": false, "boto3.resource": true, "boto3.session.Session": true, "boto3.Session": true,
	"sqlalchemy.ext.asyncio.AsyncSession": true, "aiosqlite.connect": false, "asyncpg.connect": true,
}

// sessions looks for sessions and connections that two tasks use.
func (a *analysis) sessions() {
	look := func(v *view, fn callgraph.FuncID) {
		f := a.fns[fn]
		for i := range f.Accesses {
			b := &f.Accesses[i]
			if !uses(b) {
				continue
			}
			s := a.state(fn, b.Ref)
			if s.Kind == NoRef || !v.owns(s) {
				continue
			}
			name, always, ok := a.sessionIn(s)
			if !ok {
				continue
			}
			locks := a.held(fn, b.Start, b.End)
			o := a.opponent(v, fn, s, b.Start, locks, uses)
			if o == nil {
				continue
			}
			a.report(Finding{
				Code: Shared, Fn: fn, Start: b.Start, End: min(b.End, a.endOfLine(fn, b.Start)), Certain: always && o.free,
				Message: fmt.Sprintf("%s is a `%s`, which one task may use at a time: %s", a.show(s), name, a.pair(o)),
				Help:    "give each task one of its own, from a pool or made where it is used", Why: a.why(v, fn, o),
			})
		}
	}
	for _, d := range a.domains() {
		v := a.viewOf(d)
		for _, f := range d.order {
			if len(d.tasks[f]) > 0 {
				look(v, f)
			}
		}
	}
	v := a.plainView()
	for id := range a.fns {
		if a.fns[id] != nil && len(v.tasks(callgraph.FuncID(id))) > 0 {
			look(v, callgraph.FuncID(id))
		}
	}
}

// uses reports whether an access asks something of an object.
func uses(b *Access) bool { return (b.Act == Use || b.Method != "") && b.Method != "close" }

// sessionIn tells what session or connection a state holds. A factory's result counts as what it makes.
func (a *analysis) sessionIn(s State) (name string, always, ok bool) {
	for _, name := range a.kindOf(s).made {
		if always, ok := notShared[name]; ok {
			// Between two awaits a coroutine has what does not wait in it for itself.
			return name, always && (a.target == Threads || strings.Contains(strings.ToLower(name), "async")), true
		}
		if strings.HasPrefix(name, "sqlalchemy.orm.") &&
			(strings.HasSuffix(name, "sessionmaker()") || strings.HasSuffix(name, "sessionmaker.__call__")) {
			return "sqlalchemy.orm.Session", a.target == Threads, true
		}
	}
	if slices.ContainsFunc(a.kindOf(s).makers, a.byFactory) {
		return "sqlalchemy.orm.Session", a.target == Threads, true
	}
	return "", false, false
}

// byFactory reports whether what a state gets is made by a call of a state that holds a sessionmaker.
func (a *analysis) byFactory(at spot) bool {
	name, file := a.valueOf(at).Name, a.g.Funcs[at.fn].File
	factory := State{Global, file, name}
	if attribute, own := strings.CutPrefix(name, "self."); own {
		class := a.around(at.fn)
		if class < 0 {
			return false
		}
		list := a.attributes(class)
		i := slices.IndexFunc(list, func(s State) bool { return s.Name == attribute })
		if i < 0 {
			return false
		}
		factory = list[i]
	} else if strings.Contains(name, ".") {
		factory = a.imported(file, name)
	}
	return slices.ContainsFunc(a.kindOf(factory).made, func(name string) bool {
		return strings.HasPrefix(name, "sqlalchemy.orm.") && strings.HasSuffix(name, ".sessionmaker")
	})
}

// targets looks for tasks that are given something that cannot be called.
func (a *analysis) targets() {
	for id, f := range a.fns {
		if f == nil {
			continue
		}
		for i := range f.Calls {
			c := &f.Calls[i]
			if !threadStarters[c.Method] || c.First.Kind == NoRef || c.Method == "start" || c.Method == "map" ||
				c.Method == "run_in_executor" || c.Method == "execute" || c.Method == "server" || c.Method == "serve" {
				continue
			}
			s := a.state(callgraph.FuncID(id), c.First)
			k := a.kindOf(s)
			if s.Kind == NoRef || len(k.makers) == 0 || k.other || len(k.made) != 1 || !a.starts(callgraph.FuncID(id), c) {
				continue
			}
			name := k.made[0]
			if last := name[strings.LastIndexByte(name, '.')+1:]; !lockNames[last] && !safeNames[last] && !containerNames[last] {
				continue
			}
			a.report(Finding{
				Code: NoTarget, Fn: callgraph.FuncID(id), Start: c.Start,
				End: min(c.End, a.endOfLine(callgraph.FuncID(id), c.Start)), Certain: true,
				Message: fmt.Sprintf("%s is a `%s`, which cannot be called: the task ends as soon as it begins", a.show(s), name),
				Help:    "give it the function that it is to run",
			})
		}
	}
}

// starts reports whether a call is known to be one that starts a task.
func (a *analysis) starts(fn callgraph.FuncID, c *Call) bool {
	return slices.ContainsFunc(a.sitesAt(fn, c.Start), a.runsBeside)
}
