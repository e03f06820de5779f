// Package lsp is a language server: what the rules find in the files that are open in an editor, as it is written, and
// what a rule means on hover.
//
// Requests come in any goroutine of the protocol's library, and only take note of what is open. One goroutine of our
// own looks at it and publishes what it finds. A change ends the look that is under way; there is nothing to wait for
// before the next, since that costs what depends on the files that are not saved.
package lsp

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/creachadair/jrpc2"

	"aiohub/internal/commands/driver"
	"aiohub/internal/files/config"
	"aiohub/internal/output/place"
	"aiohub/internal/rules/rule"
)

// Options say how to serve.
type Options struct {
	Config    string // a configuration in place of the trees', or ""
	Configure func(*config.Config) (*driver.Configured, error)
	Rules     []*rule.Rule
	Workers   int
	NoCache   bool
	Tool      string // identifies the program for the cache
	Version   string
}

// Server is one conversation with an editor.
type Server struct {
	options Options
	rpc     *jrpc2.Server
	stop    context.CancelFunc
	wake    chan struct{}

	mu        sync.Mutex
	state     state
	encoding  place.Encoding // settled before there is a document, like markdown and watches
	markdown  bool
	watches   bool
	documents map[string]*document    // by URI
	shown     map[string][]diagnostic // by URI; written by work alone
	cancel    context.CancelFunc      // of the round that is under way

	// Of work alone.
	walked     map[string]map[string]bool // by root: the files of the tree
	graphed    map[string][]diagnostic    // by URI: what the call graph told the last time
	complaint  string                     // what was shown last
	complained bool                       // in this round
}

type state int

const (
	fresh state = iota
	initialized
	down
	exited
)

// Serve speaks with an editor until it says exit, goes away, or ctx ends. clean is false unless it has said that it
// will go.
func Serve(ctx context.Context, in io.Reader, out io.Writer, options Options) (clean bool, err error) {
	serving, stop := context.WithCancel(ctx)
	defer stop()
	s := &Server{
		options: options, stop: stop, wake: make(chan struct{}, 1), encoding: place.UTF16, cancel: func() {},
		documents: map[string]*document{}, shown: map[string][]diagnostic{}, walked: map[string]map[string]bool{},
		graphed: map[string][]diagnostic{},
	}
	s.rpc = jrpc2.NewServer(s, &jrpc2.ServerOptions{AllowPush: true, DisableBuiltin: true})
	s.rpc.Start(newChannel(in, out))
	worker := make(chan struct{})
	go func() {
		defer close(worker)
		s.work(serving)
	}()
	ended := make(chan error, 1)
	go func() { ended <- s.rpc.Wait() }()
	select {
	case err = <-ended:
	case <-serving.Done(): // the reader waits for an end of its input that may never come
		err = ctx.Err()
	}
	stop()
	<-worker
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == exited {
		return true, nil
	}
	return false, err
}

// Assign finds the handler of a method.
func (s *Server) Assign(_ context.Context, method string) jrpc2.Handler {
	handler := map[string]jrpc2.Handler{
		"initialize":                      s.initialize,
		"initialized":                     s.watch,
		"shutdown":                        s.shutdown,
		"exit":                            s.exit,
		"$/cancelRequest":                 s.cancelRequest,
		"textDocument/didOpen":            s.didOpen,
		"textDocument/didChange":          s.didChange,
		"textDocument/didClose":           s.didClose,
		"textDocument/didSave":            s.again,
		"textDocument/hover":              s.hover,
		"workspace/didChangeWatchedFiles": s.again,
	}[method]
	if handler == nil {
		return nil
	}
	return func(ctx context.Context, request *jrpc2.Request) (result any, err error) {
		defer func() {
			if r := recover(); r != nil {
				result, err = nil, jrpc2.Errorf(jrpc2.InternalError, "%v", r)
			}
		}()
		s.mu.Lock()
		state := s.state
		s.mu.Unlock()
		switch {
		case method == "exit":
		case state == fresh && method != "initialize":
			return nil, jrpc2.Errorf(notInitialized, "the server is not initialized")
		case state >= down, state == initialized && method == "initialize":
			return nil, jrpc2.Errorf(jrpc2.InvalidRequest, "%s at the wrong time", method)
		}
		return handler(ctx, request)
	}
}

func (s *Server) initialize(_ context.Context, request *jrpc2.Request) (any, error) {
	var params initializeParams
	if err := request.UnmarshalParams(&params); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = initialized
	if slices.Contains(params.Capabilities.General.PositionEncodings, string(place.UTF8)) {
		s.encoding = place.UTF8
	}
	s.markdown = slices.Contains(params.Capabilities.TextDocument.Hover.ContentFormat, "markdown")
	s.watches = params.Capabilities.Workspace.DidChangeWatchedFiles.DynamicRegistration
	return object{
		"capabilities": object{
			"positionEncoding": s.encoding,
			"textDocumentSync": object{"openClose": true, "change": 1, "save": true}, // 1: whole texts
			"hoverProvider":    true,
		},
		"serverInfo": object{"name": "aiohub", "version": s.options.Version},
	}, nil
}

// watch asks the client to tell of files that others change, if it can.
func (s *Server) watch(context.Context, *jrpc2.Request) (any, error) {
	if !s.watches {
		return nil, nil
	}
	var watchers []object
	for _, pattern := range []string{"**/*.py", "**/pyproject.toml", "**/" + config.BaselineName, "**/.gitignore"} {
		watchers = append(watchers, object{"globPattern": pattern})
	}
	registration := object{"id": "files", "method": "workspace/didChangeWatchedFiles",
		"registerOptions": object{"watchers": watchers}}
	go func() {
		// A client that cannot do it after all does without.
		_, _ = s.rpc.Callback(context.Background(), "client/registerCapability",
			object{"registrations": []object{registration}})
	}()
	return nil, nil
}

func (s *Server) shutdown(context.Context, *jrpc2.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = down
	s.cancel()
	return nil, nil
}

func (s *Server) exit(context.Context, *jrpc2.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == down {
		s.state = exited
	}
	s.stop()
	return nil, nil
}

func (s *Server) cancelRequest(_ context.Context, request *jrpc2.Request) (any, error) {
	var params struct {
		ID any `json:"id"`
	}
	if err := request.UnmarshalParams(&params); err != nil {
		return nil, err
	}
	s.rpc.CancelRequest(fmt.Sprint(params.ID))
	return nil, nil
}

func (s *Server) didOpen(_ context.Context, request *jrpc2.Request) (any, error) {
	var params documentParams
	if err := request.UnmarshalParams(&params); err != nil {
		return nil, err
	}
	s.put(params.TextDocument.URI, params.TextDocument.Version, params.TextDocument.Text)
	return nil, nil
}

func (s *Server) didChange(_ context.Context, request *jrpc2.Request) (any, error) {
	var params documentParams
	if err := request.UnmarshalParams(&params); err != nil {
		return nil, err
	}
	if len(params.ContentChanges) == 0 {
		return nil, nil
	}
	last := params.ContentChanges[len(params.ContentChanges)-1] // of several whole texts it is the one that holds
	if last.Range != nil {
		return nil, jrpc2.Errorf(jrpc2.InvalidParams, "a part of a text, where whole texts were asked for")
	}
	s.put(params.TextDocument.URI, params.TextDocument.Version, last.Text)
	return nil, nil
}

// put takes note of a document's text.
func (s *Server) put(uri string, version int32, text string) {
	d, ok := newDocument(uri, version, text)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.documents[uri] = d
	s.changed()
}

func (s *Server) didClose(_ context.Context, request *jrpc2.Request) (any, error) {
	var params documentParams
	if err := request.UnmarshalParams(&params); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.documents, params.TextDocument.URI)
	s.changed()
	return nil, nil
}

// again looks at the documents again, since something on the disk has changed.
func (s *Server) again(context.Context, *jrpc2.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed()
	return nil, nil
}

// hover explains the rules that have found something at a position. The text is the rules' own; that of a tree is in
// the diagnostics, where it is no markup.
func (s *Server) hover(_ context.Context, request *jrpc2.Request) (any, error) {
	var params documentParams
	if err := request.UnmarshalParams(&params); err != nil {
		return nil, err
	}
	s.mu.Lock()
	shown := s.shown[params.TextDocument.URI]
	s.mu.Unlock()
	answer := hover{Contents: markupContent{Kind: "plaintext"}}
	if s.markdown {
		answer.Contents.Kind = "markdown"
	}
	var pages, codes []string
	for _, d := range shown {
		r := rule.Find(s.options.Rules, d.Code)
		if r == nil || !d.Range.holds(params.Position) || slices.Contains(codes, d.Code) {
			continue
		}
		if len(pages) == 0 {
			answer.Range = d.Range
		}
		codes, pages = append(codes, d.Code), append(pages, r.Doc.Page)
	}
	if len(pages) == 0 {
		return nil, nil
	}
	answer.Contents.Value = strings.Join(pages, "\n---\n\n")
	return answer, nil
}
