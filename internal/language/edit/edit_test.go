package edit_test

import (
	"errors"
	"testing"

	"aiohub/internal/language/edit"
)

func applied(t *testing.T, src string, edits ...edit.Edit) string {
	t.Helper()
	s := edit.Set{Src: []byte(src)}
	s.Add(edits...)
	out, err := s.Apply()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestApply(t *testing.T) {
	for _, test := range []struct {
		name, src string
		edits     []edit.Edit
		want      string
	}{
		{"nothing", "abc", nil, "abc"},
		{"in any order", "abcdef", []edit.Edit{{4, 6, "EF"}, {0, 1, "A"}}, "AbcdEF"},
		{"side by side", "abcd", []edit.Edit{{1, 2, "X"}, {2, 3, "Y"}}, "aXYd"},
		{"insertions keep their order", "ab", []edit.Edit{{1, 1, "1"}, {1, 1, "2"}}, "a12b"},
		{"insertion before what is replaced there", "abc", []edit.Edit{{1, 2, "X"}, {1, 1, "+"}}, "a+Xc"},
		{"insertion behind what is replaced there", "abc", []edit.Edit{{1, 2, "X"}, {2, 2, "+"}}, "aX+c"},
		{"the same twice", "abc", []edit.Edit{{1, 2, "X"}, {1, 2, "X"}}, "aXc"},
		{"line ends of the file", "a\r\nb\r\n", []edit.Edit{{3, 3, "x\ny\n"}}, "a\r\nx\r\ny\r\nb\r\n"},
		{"old line ends", "a\rb\r", []edit.Edit{{2, 2, "x\n"}}, "a\rx\rb\r"},
		{"at the ends", "a", []edit.Edit{{0, 0, "<"}, {1, 1, ">"}}, "<a>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := applied(t, test.src, test.edits...); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestConflictsAreRefused(t *testing.T) {
	for _, edits := range [][]edit.Edit{
		{{0, 2, "x"}, {1, 3, "y"}},
		{{0, 3, "x"}, {1, 1, "y"}},
		{{0, 2, "x"}, {0, 2, "y"}},
		{{0, 3, ""}, {1, 2, ""}},
	} {
		s := edit.Set{Src: []byte("abcd")}
		s.Add(edits...)
		var conflict *edit.ConflictError
		if out, err := s.Apply(); !errors.As(err, &conflict) {
			t.Errorf("%v: %q, %v", edits, out, err)
		}
	}
}

func TestEditsOutsideTheFileAreRefused(t *testing.T) {
	for _, e := range []edit.Edit{{-1, 1, ""}, {2, 1, ""}, {0, 9, ""}} {
		s := edit.Set{Src: []byte("abc")}
		s.Add(e)
		var outside *edit.RangeError
		if out, err := s.Apply(); !errors.As(err, &outside) {
			t.Errorf("%v: %q, %v", e, out, err)
		}
	}
}

func TestParses(t *testing.T) {
	if err := edit.Parses([]byte("def f():\n    pass\n")); err != nil {
		t.Error(err)
	}
	var fault *edit.SyntaxError
	if err := edit.Parses([]byte("x = 1\ndef f(:\n    pass\n")); !errors.As(err, &fault) || fault.Message == "" || fault.Line != 2 {
		t.Error(err)
	}
}

func TestCompiles(t *testing.T) {
	for src, ok := range map[string]bool{
		"async def f():\n    await g()\n": true,
		"def f():\n    await g()\n":       false,
		"await g()\n":                     false,
		"async def f():\n    class C(await g()):\n        x = 1\n":                    true,
		"async def f():\n    class C:\n        x = await g()\n":                       false,
		"async def f():\n    class C:\n        def m(self, x=await g()): pass\n":      false,
		"async def f():\n    class C:\n        async def m(self): await g()\n":        true,
		"async def f():\n    def m(x=await g()): pass\n":                              true,
		"async def f():\n    return lambda: await g()\n":                              false,
		"async def f():\n    return lambda x=await g(): x\n":                          true,
		"async def f():\n    def inner():\n        return [await g() for x in y]\n":   false,
		"async def f():\n    return [await g() for x in y], (await g() for x in y)\n": true,
		"def f(:\n": false,
	} {
		if err := edit.Compiles([]byte(src)); (err == nil) != ok {
			t.Errorf("%q: %v", src, err)
		}
	}
}

func TestDiff(t *testing.T) {
	for _, test := range []struct{ name, before, after, want string }{
		{"none", "a\n", "a\n", ""},
		{"a line", "a\nb\nc\n", "a\nB\nc\n", "--- a/x.py\n+++ b/x.py\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
		{"no line end", "a", "b", "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"},
		{
			"hunks begin where they do after the change",
			"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", "one\nand\n2\nthree\n4\n5\n6\n7\n8\n9\n10\n11\ntwelve\n",
			"--- a/x.py\n+++ b/x.py\n@@ -1,6 +1,7 @@\n-1\n+one\n+and\n 2\n-3\n+three\n 4\n 5\n 6\n@@ -9,4 +10,4 @@\n 9\n 10\n 11\n-12\n+twelve\n",
		},
		{"carriage returns", "a\r\nb\r\n", "a\r\nc\r\n", "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := edit.Diff("x.py", []byte(test.before), []byte(test.after)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if got, want := edit.Diff("x.py", []byte("a\n"), nil), "--- a/x.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"; got != want {
		t.Errorf("a file that goes: %q, want %q", got, want)
	}
	if got, want := edit.Diff("x.py", nil, []byte("a\n")), "--- /dev/null\n+++ b/x.py\n@@ -0,0 +1 @@\n+a\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
