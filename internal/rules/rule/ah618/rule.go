// Package ah618 is the rule AH618, exception-of-the-old-library.
package ah618

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const sentence = "is not what the calls in this `try` raise"

// Rule finds handlers for exceptions of a library that is not called any more.
var Rule = rule.OfGraph("AH618", check, sentence)

// exchange is an exception, what raises it, and what has taken the place of that and raises another.
type exchange struct {
	caught   []string // dotted names
	raisers  []string // beginnings of names of calls that raise it
	replaced []string // beginnings of names of calls that do not
	now      string   // what to catch
}

var exchanges = []exchange{
	{[]string{"queue.Empty", "eventlet.queue.Empty", "Queue.Empty", "multiprocessing.queues.Empty"},
		[]string{"queue.", "eventlet.queue.", "multiprocessing."},
		[]string{"asyncio.Queue.get_nowait", "asyncio.LifoQueue.get_nowait", "asyncio.PriorityQueue.get_nowait"},
		"asyncio.QueueEmpty"},
	{[]string{"queue.Empty", "eventlet.queue.Empty"}, []string{"queue.", "eventlet.queue.", "multiprocessing."},
		[]string{"asyncio.wait_for", "asyncio.Queue.get", "asyncio.LifoQueue.get", "asyncio.PriorityQueue.get"},
		"TimeoutError"},
	{[]string{"queue.Full", "eventlet.queue.Full"}, []string{"queue.", "eventlet.queue.", "multiprocessing."},
		[]string{"asyncio.Queue.put_nowait", "asyncio.LifoQueue.put_nowait", "asyncio.PriorityQueue.put_nowait"},
		"asyncio.QueueFull"},
	{[]string{"eventlet.Timeout", "eventlet.timeout.Timeout"}, []string{"eventlet."},
		[]string{"asyncio.", "aiohttp.", "httpx."}, "TimeoutError"},
	{[]string{"eventlet.greenlet.GreenletExit", "greenlet.GreenletExit", "eventlet.support.greenlets.GreenletExit"},
		[]string{"eventlet.", "greenlet."}, []string{"asyncio.", "aiohttp.", "httpx."}, "asyncio.CancelledError"},
	{[]string{"subprocess.TimeoutExpired", "subprocess.CalledProcessError"}, []string{"subprocess."},
		[]string{"asyncio.create_subprocess", "asyncio.wait_for", "asyncio.subprocess."},
		"TimeoutError, or look at `returncode`"},
	{[]string{"requests.RequestException", "requests.exceptions.*", "requests.ConnectionError", "requests.HTTPError",
		"requests.Timeout"}, []string{"requests."}, []string{"aiohttp.", "httpx."}, "aiohttp.ClientError or httpx.HTTPError"},
	{[]string{"urllib.error.URLError", "urllib.error.HTTPError", "urllib2.URLError", "urllib2.HTTPError"},
		[]string{"urllib."}, []string{"aiohttp.", "httpx."}, "aiohttp.ClientError or httpx.HTTPError"},
	{[]string{"http.client.HTTPException", "http.client.*", "httplib.HTTPException"}, []string{"http.client."},
		[]string{"aiohttp.", "httpx."}, "aiohttp.ClientError or httpx.HTTPError"},
	{[]string{"builtins.OSError", "builtins.IOError", "socket.error", "builtins.ConnectionError",
		"builtins.ConnectionRefusedError"}, nil, []string{"httpx."}, "httpx.TransportError"},
}

func check(p *rule.Pass) {
	from, to := p.Program.Funcs(p.File())
	for _, h := range p.Program.Graph.Handlers {
		if h.From < from || h.From >= to {
			continue
		}
		caught := p.NodeAt(h.Start, h.End)
		handler := p.Tree.Parents()[caught]
		if caught == 0 || p.Tree.Kind(handler) != pysyntax.ExceptHandler {
			continue
		}
		try := p.Tree.Parents()[handler]
		judge(p, &h, p.Tree.ChildOf(try, pysyntax.Block))
	}
}

func judge(p *rule.Pass, h *callgraph.Handler, body pysyntax.Node) {
	start, end := p.Tree.Start(body), p.Tree.End(body)
	var called []string
	for _, s := range p.Program.Sites(h.From) {
		if s.Pos >= start && s.Pos < end && !harmless(s.Name) {
			called = append(called, s.Name)
		}
	}
	own := false
	for _, e := range p.Program.Edges(h.From) {
		own = own || e.Pos >= start && e.Pos < end
	}
	for _, o := range p.Program.Graph.Opens {
		own = own || o.From == h.From && o.Pos >= start && o.Pos < end && !ofResponse(p, o.Pos)
	}
	for i := range exchanges {
		x := &exchanges[i]
		if !slices.ContainsFunc(h.Names, func(name string) bool { return matches(x.caught, name) }) || len(called) == 0 ||
			!all(h.Names, func(name string) bool { return matches(x.caught, name) || aside[name] }) {
			continue
		}
		if !slices.ContainsFunc(called, func(name string) bool { return begins(x.replaced, name) }) ||
			slices.ContainsFunc(called, func(name string) bool { return !begins(x.replaced, name) }) {
			continue
		}
		p.Report(int(h.Start), int(h.End), p.Quote(h.Start, h.End)+" "+sentence, "catch "+x.now)
		if own {
			p.Possible()
		}
		return
	}
}

// aside are exceptions of mistakes, and not of a library.
var aside = map[string]bool{"builtins.ValueError": true, "builtins.KeyError": true, "builtins.IndexError": true,
	"builtins.TypeError": true, "builtins.AttributeError": true}

// ofResponse tells whether what is called at a place is a method of a response that an `async with` around it has given.
func ofResponse(p *rule.Pass, at uint32) bool {
	t := p.Tree
	for n := range t.All() {
		if t.Kind(n) != pysyntax.Call || t.Start(n) != at {
			continue
		}
		callee := t.Child(n)
		if t.Kind(callee) != pysyntax.Attribute || !readers[string(t.Ident(callee))] {
			return false
		}
		for with := rule.Enclosing(p, n, pysyntax.With); with != 0; with = rule.Enclosing(p, with, pysyntax.With) {
			for item := range t.Children(with) {
				if target := t.Last(item); t.Kind(item) == pysyntax.WithItem && t.Has(with, pysyntax.FlagAsync) &&
					string(t.Text(target)) == string(t.Text(t.Child(callee))) {
					return true
				}
			}
		}
	}
	return false
}

var readers = map[string]bool{"text": true, "json": true, "read": true, "raise_for_status": true, "aread": true,
	"release": true}

// harmless tells whether a call raises nothing of the kind.
func harmless(name string) bool {
	for _, prefix := range []string{"builtins.", "logging.", "time.", "json.", "asyncio.get_running_loop",
		"asyncio.get_event_loop"} {
		if strings.HasPrefix(name, prefix) && name != "builtins.open" {
			return true
		}
	}
	return false
}

func all(list []string, holds func(string) bool) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !holds(s) })
}

func matches(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		prefix, below := strings.CutSuffix(n, "*")
		return n == name || below && strings.HasPrefix(name, prefix)
	})
}

func begins(prefixes []string, name string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
