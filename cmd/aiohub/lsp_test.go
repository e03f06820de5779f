package main

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creachadair/jrpc2"
	"github.com/creachadair/jrpc2/channel"
	"github.com/google/go-cmp/cmp"
)

type object = map[string]any

// editor is a client of the built server, over pipes.
type editor struct {
	*jrpc2.Client
	t         *testing.T
	root      string
	stdin     io.WriteCloser
	command   *exec.Cmd
	published chan published
	messages  chan string
}

type published struct {
	URI         string
	Version     int
	Diagnostics []struct {
		Range    struct{ Start, End struct{ Line, Character int } }
		Severity int
		Code     string
		Source   string
		Message  string
	}
}

// edit starts a server on a tree of files and initializes it.
func edit(t *testing.T, files map[string]string, capabilities object) *editor {
	t.Helper()
	e := serve(t, files)
	result := e.call("initialize", object{"processId": nil, "rootUri": nil, "capabilities": capabilities})
	if got := result["capabilities"].(object)["hoverProvider"]; got != true {
		t.Fatalf("initialize: %v", result)
	}
	e.notify("initialized", object{})
	return e
}

func serve(t *testing.T, files map[string]string) *editor {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	e := &editor{t: t, root: root, published: make(chan published, 100), messages: make(chan string, 100)}
	e.command = exec.Command(built(t), "lsp", "--stdio")
	e.command.Stderr = os.Stderr
	if e.stdin, err = e.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := e.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := e.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		e.command.Process.Kill()
		e.command.Wait()
	})
	e.Client = jrpc2.NewClient(channel.LSP(stdout, e.stdin), &jrpc2.ClientOptions{
		OnNotify: func(r *jrpc2.Request) {
			switch r.Method() {
			case "textDocument/publishDiagnostics":
				var p published
				if err := json.Unmarshal([]byte(r.ParamString()), &p); err != nil {
					t.Error(err)
				}
				e.published <- p
			case "window/showMessage":
				e.messages <- r.ParamString()
			}
		},
		OnCallback: func(_ context.Context, r *jrpc2.Request) (any, error) {
			e.messages <- r.Method() + " " + r.ParamString()
			return nil, nil
		},
	})
	return e
}

func (e *editor) uri(name string) string {
	path := filepath.ToSlash(filepath.Join(e.root, name))
	return (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(path, "/")}).String()
}

// patience is how long an answer may take on the slowest machine.
const patience = 2 * time.Minute

func (e *editor) call(method string, params any) (result object) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := e.CallResult(ctx, method, params, &result); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
	return result
}

func (e *editor) notify(method string, params any) {
	e.t.Helper()
	if err := e.Notify(context.Background(), method, params); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
}

func (e *editor) open(name string, version int, text string) {
	e.t.Helper()
	e.notify("textDocument/didOpen", object{"textDocument": object{"uri": e.uri(name), "languageId": "python", "version": version, "text": text}})
}

func (e *editor) change(name string, version int, text string) {
	e.t.Helper()
	e.notify("textDocument/didChange", object{
		"textDocument": object{"uri": e.uri(name), "version": version}, "contentChanges": []object{{"text": text}},
	})
}

// shows waits until a version of a file has certain diagnostics: [line, character, line, character, severity, code]. A
// look at an earlier state may be published before.
func (e *editor) shows(name string, version int, want ...string) published {
	e.t.Helper()
	var last []string
	timeout := time.After(patience)
	for {
		select {
		case p := <-e.published:
			if p.URI != e.uri(name) || p.Version != version {
				continue
			}
			last = nil
			for _, d := range p.Diagnostics {
				text, _ := json.Marshal([]any{d.Range.Start.Line, d.Range.Start.Character, d.Range.End.Line, d.Range.End.Character, d.Severity, d.Code})
				last = append(last, string(text))
			}
			if cmp.Equal(last, want) {
				return p
			}
		case <-timeout:
			e.t.Fatalf("%s, version %d:\n%s", name, version, cmp.Diff(want, last))
		}
	}
}

// hear waits for a message that has a text in it.
func (e *editor) hear(text string) {
	e.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case m := <-e.messages:
			if strings.Contains(m, text) {
				return
			}
		case <-timeout:
			e.t.Fatalf("nothing was said of %q", text)
		}
	}
}

// leave ends the server as the protocol has it.
func (e *editor) leave() {
	e.t.Helper()
	e.call("shutdown", nil)
	e.notify("exit", nil)
	if err := e.command.Wait(); err != nil {
		e.t.Errorf("exit: %v", err)
	}
}

const sleeps = "import eventlet\n\n\ndef f():\n    '''😀'''; eventlet.sleep(1)\n"

func TestEditorShowsFindingsAsTheyAreWritten(t *testing.T) {
	e := edit(t, map[string]string{"setup.cfg": "", "lib.py": "", "app/a.py": sleeps, ".gitignore": "build\n", "build/b.py": sleeps}, object{
		"textDocument": object{"hover": object{"contentFormat": []string{"markdown"}}},
	})
	e.open("app/a.py", 1, sleeps)
	found := e.shows("app/a.py", 1, `[0,7,0,15,2,"AH100"]`, `[4,14,4,28,2,"AH102"]`) // 😀 is two units
	if d := found.Diagnostics[1]; d.Source != "aiohub" || !strings.HasPrefix(d.Message, "`eventlet.sleep") || !strings.Contains(d.Message, "\nhelp: ") {
		t.Errorf("%+v", d)
	}
	hover := func(line, character int) object {
		return e.call("textDocument/hover", object{"textDocument": object{"uri": e.uri("app/a.py")}, "position": object{"line": line, "character": character}})
	}
	contents, _ := hover(4, 20)["contents"].(object)
	if text, _ := contents["value"].(string); contents["kind"] != "markdown" || !strings.HasPrefix(text, "# AH102 `green-sleep`") {
		t.Errorf("hover: %v", contents)
	}
	if beside := hover(4, 2); beside != nil {
		t.Errorf("hover beside a finding: %v", beside)
	}

	// What is not saved counts, in this file and in those that it comes from.
	e.change("app/a.py", 2, "import lib\n\nlib.sleep(1)\n")
	e.shows("app/a.py", 2)
	e.open("lib.py", 1, "from eventlet import sleep\n")
	e.shows("app/a.py", 2, `[2,0,2,9,2,"AH102"]`)
	e.change("app/a.py", 3, "import (\n")
	e.shows("app/a.py", 3, `[0,7,0,7,1,"AH003"]`)
	e.open("app/new.py", 1, "import eventlet\r\neventlet.sleep(1)\r\n")
	e.shows("app/new.py", 1, `[0,7,0,15,2,"AH100"]`, `[1,0,1,14,2,"AH102"]`)
	e.open("build/b.py", 1, sleeps+"\n")
	e.shows("build/b.py", 1) // is none of the tree's
	e.notify("textDocument/didClose", object{"textDocument": object{"uri": e.uri("app/new.py")}})
	e.shows("app/new.py", 0)
	e.leave()
}

func TestEditorShowsWhatTheCallGraphTells(t *testing.T) {
	const store = "async def sent():\n    return True\n"
	const asks = "import store\n\n\nasync def run():\n    store.sent()\n"
	e := edit(t, map[string]string{"setup.cfg": "", "store.py": store, "a.py": asks}, object{})
	e.open("a.py", 1, asks)
	found := e.shows("a.py", 1, `[4,4,4,16,1,"AH601"]`)
	if text := found.Diagnostics[0].Message; !strings.Contains(text, "await") {
		t.Errorf("%q", text)
	}
	e.change("a.py", 2, strings.Replace(asks, "    store", "    await store", 1))
	e.shows("a.py", 2)
	// Whether it has to be awaited is said in another file, which is not saved either.
	e.change("a.py", 3, asks)
	e.shows("a.py", 3, `[4,4,4,16,1,"AH601"]`)
	e.open("store.py", 1, strings.TrimPrefix(store, "async "))
	e.shows("a.py", 3)
	e.leave()
}

func TestEditorThatCountsBytes(t *testing.T) {
	latin := "# coding: latin-1\nimport eventlet; x = '\xe9'; eventlet.sleep(1)\n"
	e := edit(t, map[string]string{"setup.cfg": "", "a.py": latin}, object{"general": object{"positionEncodings": []string{"utf-8", "utf-16"}}})
	e.open("a.py", 1, strings.ReplaceAll(latin, "\xe9", "é"))
	e.shows("a.py", 1, `[1,7,1,15,2,"AH100"]`, `[1,27,1,41,2,"AH102"]`)
	e.change("a.py", 2, "\ufeffimport eventlet\n")
	e.shows("a.py", 2, `[0,10,0,18,2,"AH100"]`)
	e.leave()
}

func TestEditorShowsWhatTheBaselineAllowsAsHints(t *testing.T) {
	baseline := `{"version": 1, "counts": {"AH102": {"a.py": 1}, "AH100": {"a.py": 1}}}`
	e := edit(t, map[string]string{"aiohub-baseline.json": baseline, "a.py": sleeps}, object{
		"workspace": object{"didChangeWatchedFiles": object{"dynamicRegistration": true}},
	})
	e.hear("client/registerCapability")
	e.open("a.py", 1, sleeps)
	e.shows("a.py", 1, `[0,7,0,15,4,"AH100"]`, `[4,14,4,28,4,"AH102"]`)
	e.change("a.py", 2, sleeps+"    eventlet.sleep(2)\n")
	e.shows("a.py", 2, `[0,7,0,15,4,"AH100"]`, `[4,14,4,28,2,"AH102"]`, `[5,4,5,18,2,"AH102"]`)

	// The baseline changes on the disk.
	path := filepath.Join(e.root, "aiohub-baseline.json")
	if err := os.WriteFile(path, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	e.notify("workspace/didChangeWatchedFiles", object{"changes": []object{}})
	e.hear("aiohub-baseline.json")
	e.shows("a.py", 2, `[0,7,0,15,2,"AH100"]`, `[4,14,4,28,2,"AH102"]`, `[5,4,5,18,2,"AH102"]`)
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(baseline, "1}", "2}")), 0o644); err != nil {
		t.Fatal(err)
	}
	e.notify("textDocument/didSave", object{"textDocument": object{"uri": e.uri("a.py")}})
	e.shows("a.py", 2, `[0,7,0,15,4,"AH100"]`, `[4,14,4,28,4,"AH102"]`, `[5,4,5,18,4,"AH102"]`)
	e.leave()
}

func TestOddInputDoesNotEndTheServer(t *testing.T) {
	e := serve(t, map[string]string{"setup.cfg": "", "a.py": sleeps})
	fails := func(method string, params any, code jrpc2.Code) {
		t.Helper()
		_, err := e.Call(context.Background(), method, params)
		if got := jrpc2.ErrorCode(err); got != code {
			t.Errorf("%s %v: %d, want %d (%v)", method, params, got, code, err)
		}
	}
	fails("textDocument/hover", object{}, -32002)
	e.notify("textDocument/didOpen", object{"textDocument": object{"uri": e.uri("a.py"), "text": sleeps}})
	fails("initialize", object{"capabilities": 3}, jrpc2.InvalidParams)
	e.call("initialize", object{"capabilities": object{}})
	fails("initialize", object{"capabilities": object{}}, jrpc2.InvalidRequest)
	fails("textDocument/nothing", object{}, jrpc2.MethodNotFound)
	fails("textDocument/hover", []int{1}, jrpc2.InvalidParams)
	if got := e.call("textDocument/hover", object{"textDocument": object{"uri": "?"}, "position": object{"line": -1}}); got != nil {
		t.Errorf("hover on nothing: %v", got)
	}
	for _, uri := range []string{"untitled:1", "", "file:", "file://%", "file:///nowhere/at/all.py", "file:///%00", "git:/a.py", e.uri(""), e.uri("a.py/b.py")} {
		e.notify("textDocument/didOpen", object{"textDocument": object{"uri": uri, "text": sleeps}})
	}
	e.notify("$/nothing", nil)
	e.notify("$/cancelRequest", object{"id": "x"})
	e.notify("textDocument/didOpen", []int{})
	e.notify("textDocument/didChange", object{"textDocument": object{"uri": e.uri("a.py")}, "contentChanges": []object{{"range": object{}, "text": ""}}})
	e.notify("textDocument/didClose", object{"textDocument": object{"uri": "never opened"}})
	for _, message := range []string{"{", "[]", "3", `{"jsonrpc": "2.0", "id": 7, "result": {}}`, `{"jsonrpc": "2.0", "method": "initialized", "params": 1}`} {
		if _, err := io.WriteString(e.stdin, "Content-Type: application/json\r\nContent-Length: "+strconv.Itoa(len(message))+"\r\n\r\n"+message); err != nil {
			t.Fatal(err)
		}
	}
	e.open("a.py", 1, sleeps)
	e.shows("a.py", 1, `[0,7,0,15,2,"AH100"]`, `[4,14,4,28,2,"AH102"]`)
	e.leave()
}

func TestEditorThatGoesAway(t *testing.T) {
	for name, end := range map[string]func(*editor){
		"closes":                func(e *editor) { e.stdin.Close() },
		"exits without a word":  func(e *editor) { e.notify("exit", nil) },
		"breaks off":            func(e *editor) { io.WriteString(e.stdin, "Content-Length: 10\r\n\r\n{"); e.stdin.Close() },
		"has too much to say":   func(e *editor) { io.WriteString(e.stdin, "Content-Length: 4611686018427387904\r\n\r\n") },
		"speaks another tongue": func(e *editor) { io.WriteString(e.stdin, "GET / HTTP/1.1\r\nHost: x\r\n\r\n") },
	} {
		t.Run(name, func(t *testing.T) {
			e := edit(t, map[string]string{"a.py": sleeps}, object{})
			end(e)
			e.command.Wait()
			if code := e.command.ProcessState.ExitCode(); code != 1 && code != 2 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}
