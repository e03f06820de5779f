package lsp

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"aiohub/internal/commands/driver"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/glyph"
	"aiohub/internal/rules/rule"
)

// work looks at the open documents whenever something has changed, until ctx ends. It alone publishes, so that what is
// newer comes later.
func (s *Server) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
			s.round(ctx)
		}
	}
}

// changed lets the documents be looked at again: a round that is under way has become pointless. s.mu is held.
func (s *Server) changed() {
	s.cancel()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// round looks at all open documents once.
func (s *Server) round(serving context.Context) {
	defer func() {
		if r := recover(); r != nil {
			s.complain(fmt.Errorf("a fault in aiohub: %v\n%s", r, debug.Stack()))
		}
	}()
	ctx, cancel := context.WithCancel(serving)
	defer cancel()
	s.complained = false
	s.mu.Lock()
	s.cancel = cancel
	var documents []*document
	for _, d := range s.documents {
		documents = append(documents, d)
	}
	s.mu.Unlock()
	slices.SortFunc(documents, func(a, b *document) int { return strings.Compare(a.uri, b.uri) })
	made := map[*document][]diagnostic{}
	var looks []*look
	for _, t := range s.trees(documents) {
		l, err := s.look(ctx, serving, t)
		if ctx.Err() != nil {
			return // somebody has woken us again
		}
		if err != nil {
			s.complain(err)
			continue
		}
		s.diagnose(l, made)
		if l.asksGraph() {
			looks = append(looks, l)
			s.recall(l.documents, made)
		}
	}
	s.publish(ctx, documents, made)
	s.overGraphs(ctx, looks, documents, made)
	if ctx.Err() == nil && !s.complained {
		s.complaint = "" // it is mended
	}
}

// overGraphs adds what the rules find that ask the call graph. That takes longer than all else, so that it comes after.
func (s *Server) overGraphs(ctx context.Context, looks []*look, documents []*document,
	made map[*document][]diagnostic) {
	for _, l := range looks {
		err := driver.CheckGraph(ctx, l.config, l.outcome, l.options)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			s.complain(err)
			continue
		}
		s.diagnose(l, made)
		s.remember(l.documents, made)
	}
	if len(looks) > 0 {
		s.publish(ctx, documents, made)
	}
}

// remember keeps what only the call graph tells of documents.
func (s *Server) remember(documents []*document, made map[*document][]diagnostic) {
	for _, d := range documents {
		s.graphed[d.uri] = slices.DeleteFunc(slices.Clone(made[d]), func(of diagnostic) bool {
			r := rule.Find(s.options.Rules, of.Code)
			return r == nil || r.Check != nil || r.CheckGraph == nil
		})
	}
}

// recall shows what the call graph told of documents the last time until it is asked again: it is mostly still true,
// and what comes and goes with each letter is a nuisance.
func (s *Server) recall(documents []*document, made map[*document][]diagnostic) {
	for _, d := range documents {
		last := len(d.lines())
		for _, of := range s.graphed[d.uri] {
			if of.Range.End.Line < last {
				made[d] = append(made[d], of)
			}
		}
	}
}

// publish tells the editor what was found in documents, and that there is nothing any more to say about those that were
// closed.
func (s *Server) publish(ctx context.Context, documents []*document, made map[*document][]diagnostic) {
	open := map[string]bool{}
	for _, d := range documents {
		open[d.uri] = true
		found := made[d]
		if found == nil {
			found = []diagnostic{}
		}
		s.mu.Lock()
		s.shown[d.uri] = found
		s.mu.Unlock()
		s.notify(ctx, "textDocument/publishDiagnostics", publishParams{URI: d.uri, Version: &d.version, Diagnostics: found})
	}
	for uri := range s.shown {
		if !open[uri] {
			s.mu.Lock()
			delete(s.shown, uri)
			s.mu.Unlock()
			delete(s.graphed, uri)
			s.notify(ctx, "textDocument/publishDiagnostics", publishParams{URI: uri, Diagnostics: []diagnostic{}})
		}
	}
}

// complain shows an error, once until it is mended or there is another.
func (s *Server) complain(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	var text []string
	for _, each := range fault.Each(err) {
		line := each.Error()
		if hint := fault.Hint(each); hint != "" {
			line += "; " + hint
		}
		text = append(text, "aiohub: "+glyph.Lines(line))
	}
	message := strings.Join(text, "\n")
	s.complained = true
	if message == s.complaint {
		return
	}
	s.complaint = message
	s.notify(context.Background(), "window/showMessage", object{"type": severityError, "message": message})
}

// notify says something to the client. One that has gone away does not hear it.
func (s *Server) notify(ctx context.Context, method string, params any) {
	_ = s.rpc.Notify(ctx, method, params)
}
