package lsp

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"aiohub/internal/output/fault"
	"aiohub/internal/output/glyph"
)

// work looks at the open documents whenever something has changed, until ctx ends. It alone publishes, so that what is newer comes later.
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
	for _, t := range s.trees(documents) {
		of, err := s.look(ctx, serving, t)
		if ctx.Err() != nil {
			return // somebody has woken us again
		}
		if err != nil {
			s.complain(err)
		}
		for d, diagnostics := range of {
			made[d] = diagnostics
		}
	}
	s.publish(ctx, documents, made)
	if !s.complained {
		s.complaint = "" // it is mended
	}
}

// publish tells the editor what was found in documents, and that there is nothing any more to say about those that were closed.
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
