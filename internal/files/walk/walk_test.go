package walk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"aiohub/internal/files/glob"
)

// plant makes files below a new directory; a path that ends in '/' is a directory.
func plant(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func paths(t *testing.T, root string, options Options) []string {
	t.Helper()
	result, err := Tree(context.Background(), root, options)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, file := range result.Files {
		names = append(names, file.Path)
	}
	return names
}

func TestFilesAreFoundInOrderWithAnyNumberOfWorkers(t *testing.T) {
	root := plant(t, map[string]string{
		"b.py": "", "a/x.py": "", "a/y.txt": "", "a/c/z.pyw": "", "a-b/x.py": "", "requirements.txt": "", "requirements/a.in": "",
		"setup.py": "", "deploy/app.env": "", "deploy/Dockerfile.api": "", ".venv/lib/v.py": "", "env/pyvenv.cfg": "", "env/lib/v.py": "",
		"node_modules/n.py": "", "__pycache__/c.py": "",
	})
	want := []string{"a-b/x.py", "a/c/z.pyw", "a/x.py", "b.py", "deploy/Dockerfile.api", "deploy/app.env",
		"requirements.txt", "requirements/a.in", "setup.py"}
	for _, workers := range []int{0, 1, 2, 16} {
		if got := paths(t, root, Options{Workers: workers}); !slices.Equal(got, want) {
			t.Errorf("%d workers: %v, want %v", workers, got, want)
		}
	}
}

func TestKinds(t *testing.T) {
	for name, want := range map[string]Kind{
		"m.py": Python, "test-requirements.txt": Manifest, "tox.ini": Manifest, "setup.py": Python, ".env": Env, "run.sh": Env,
		"ci.yml": Env, "upper-constraints.txt": Manifest, "pip-requires": Manifest, "Procfile": Env, "Procfile.dev": Env, "Makefile": Env, ".envrc": Env,
		"supervisor.conf": Env, "app.service.j2": Env, ".coveragerc": Env, "uwsgi.ini": Env, "fly.toml": Env,
		"tox.toml": Manifest, "reqs-dev.txt": Manifest, "deps.txt": Manifest, "requirements.pip": Manifest, "etc/default/celeryd": Env,
	} {
		if got, ok := Classify(name); got != want || !ok {
			t.Errorf("%s: %v, %v", name, got, ok)
		}
	}
	for _, name := range []string{"README.md", "notes.txt", "m.pyc", "m.pyi", "page.html.j2", "module.py.j2", "setup.cfg.j2", "deprecated.txt", "celeryd"} {
		if _, ok := classify("docs", name); ok {
			t.Errorf("%s is of interest", name)
		}
	}
}

func TestScriptsAreKnownByTheirFirstLine(t *testing.T) {
	root := plant(t, map[string]string{
		"bin/run": "#!/usr/bin/env python3\nimport eventlet\n", "bin/sh": "#!/bin/sh\npython x\n", "bin/data": "python", "empty": "",
		"bin/run.bak": "#!/usr/bin/python\n",
	})
	if got := paths(t, root, Options{}); !slices.Equal(got, []string{"bin/run", "bin/sh"}) {
		t.Errorf("%v", got)
	}
}

func TestGitignore(t *testing.T) {
	root := plant(t, map[string]string{
		".gitignore":     "gen/\n*_pb2.py\n/top.py\n!keep_pb2.py\n",
		"gen/a.py":       "",
		"a_pb2.py":       "",
		"keep_pb2.py":    "",
		"top.py":         "",
		"sub/top.py":     "",
		"sub/.gitignore": "local.py\n!x_pb2.py\n",
		"sub/local.py":   "",
		"sub/x_pb2.py":   "",
		"local.py":       "",
	})
	want := []string{"keep_pb2.py", "local.py", "sub/top.py", "sub/x_pb2.py"}
	if got := paths(t, root, Options{}); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := paths(t, root, Options{NoGitignore: true}); len(got) != 8 {
		t.Errorf("without .gitignore: %v", got)
	}
}

func TestIgnoreFilesAboveTheTreeCountInARepositoryOnly(t *testing.T) {
	files := map[string]string{".gitignore": "/src/gen/\n", "src/gen/a.py": "", "src/b.py": "", "src/gen.py": ""}
	src := func(root string) string { return filepath.Join(root, "src") }
	if got := paths(t, src(plant(t, files)), Options{}); !slices.Equal(got, []string{"b.py", "gen.py", "gen/a.py"}) {
		t.Errorf("outside a repository: %v", got)
	}
	files[".git/info/exclude"] = "b.py\n"
	if got := paths(t, src(plant(t, files)), Options{}); !slices.Equal(got, []string{"gen.py"}) {
		t.Errorf("inside a repository: %v", got)
	}
}

func TestIgnoreFilesThatAreLinksSayNothing(t *testing.T) {
	all := filepath.Join(plant(t, map[string]string{"all": "*\n"}), "all")
	root := plant(t, map[string]string{".git/HEAD": "", "src/a.py": "", "src/sub/b.py": ""})
	for _, dir := range []string{"", "src", "src/sub"} {
		if err := os.Symlink(all, filepath.Join(root, dir, ".gitignore")); err != nil {
			t.Fatal(err)
		}
	}
	if got := paths(t, filepath.Join(root, "src"), Options{}); !slices.Equal(got, []string{"a.py", "sub/b.py"}) {
		t.Errorf("%v", got)
	}
}

func TestExcludeWinsOverIgnoreFiles(t *testing.T) {
	root := plant(t, map[string]string{".gitignore": "!vendored/\n", "vendored/a.py": "", "b.py": ""})
	exclude, err := glob.ParseList([]string{"vendored"})
	if err != nil {
		t.Fatal(err)
	}
	if got := paths(t, root, Options{Exclude: exclude}); !slices.Equal(got, []string{"b.py"}) {
		t.Errorf("%v", got)
	}
}

func TestSymbolicLinksAreNamedAndNotFollowed(t *testing.T) {
	outside := plant(t, map[string]string{"o.py": ""})
	root := plant(t, map[string]string{"a/x.py": ""})
	for link, target := range map[string]string{
		"loop.py": "loop.py", "a/up": "..", "out": outside, "o.py": filepath.Join(outside, "o.py"), "again.py": "a/x.py", "gone.py": "nowhere",
	} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	result, err := Tree(context.Background(), root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Files) != 1 || result.Files[0].Path != "a/x.py" {
		t.Errorf("files: %v", result.Files)
	}
	if want := []string{"again.py", "gone.py", "loop.py", "o.py"}; !reflect.DeepEqual(result.Skipped, want) {
		t.Errorf("skipped: %v, want %v", result.Skipped, want)
	}
	if len(result.Problems) != 0 {
		t.Errorf("problems: %v", result.Problems)
	}
}

func TestUnreadableDirectoryIsAProblemAndNotTheEnd(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root can read every directory")
	}
	root := plant(t, map[string]string{"a/x.py": "", "b.py": ""})
	if err := os.Chmod(filepath.Join(root, "a"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(root, "a"), 0o755) })
	result, err := Tree(context.Background(), root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Files) != 1 || len(result.Problems) != 1 || result.Problems[0].Message != "not scanned: permission denied" {
		t.Errorf("%+v", result)
	}
}

func TestRootHasToBeADirectory(t *testing.T) {
	root := plant(t, map[string]string{"a.py": ""})
	if _, err := Tree(context.Background(), filepath.Join(root, "a.py"), Options{}); err == nil {
		t.Error("a file was walked")
	}
	if _, err := Tree(context.Background(), filepath.Join(root, "no"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestCancelledWalkEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Tree(ctx, plant(t, map[string]string{"a/b.py": ""}), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
