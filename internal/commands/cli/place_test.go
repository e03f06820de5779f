package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// One place has one line and one column in every format of every command, in any encoding.
func TestOnePlaceHasOneColumn(t *testing.T) {
	for _, test := range []struct {
		name, source string
		line, column int
		text         string
	}{
		{"utf-8", "import eventlet\nx = \"ééé\"; eventlet.sleep(0)\n", 2, 12, "x = \"ééé\"; eventlet.sleep(0)"},
		{"latin-1", "# -*- coding: latin-1 -*-\nimport eventlet\nx = \"\xe9\xe9\xe9\"; eventlet.sleep(0)\n", 3, 12, "x = \"ééé\"; eventlet.sleep(0)"},
		{"cp1251 and CRLF", "# coding: cp1251\r\nimport eventlet\r\nx = \"\xe4\xe0\"; eventlet.sleep(0)\r\n", 3, 11, "x = \"да\"; eventlet.sleep(0)"},
		{"BOM", "\ufeffimport eventlet; eventlet.sleep(0)\n", 1, 18, "import eventlet; eventlet.sleep(0)"},
		{"wide", "import eventlet\n\"漢😀\"; eventlet.sleep(0)\n", 2, 7, "\"漢😀\"; eventlet.sleep(0)"},
		{"tab and form feed", "import eventlet\nif x:\n\t\f\teventlet.sleep(0)\n", 3, 4, "\t\f\teventlet.sleep(0)"},
		{"invalid", "import eventlet\n\"\xff\xfe\"; eventlet.sleep(0)\n", 2, 7, "\"\ufffd\ufffd\"; eventlet.sleep(0)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			for name, text := range map[string]string{"a.py": test.source, "pyproject.toml": "[tool.aiohub]\nselect = [\"AH101\"]\n"} {
				if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			run := func(arguments ...string) string {
				var stdout, stderr bytes.Buffer
				app := &App{Stdout: &stdout, Stderr: &stderr, Version: "1"}
				app.Run(t.Context(), append(arguments, "--no-cache", root))
				return stdout.String()
			}
			where := fmt.Sprintf("a.py:%d:%d", test.line, test.column)
			for _, command := range [][]string{{"scan", "--kind", "use"}, {"check"}} {
				for _, format := range []string{"full", "concise", "junit"} {
					if got := run(append(command, "--output-format", format)...); !strings.Contains(got, where) {
						t.Errorf("%s as %s: no %s in\n%s", command[0], format, where, got)
					}
				}
				if got, want := run(append(command, "--output-format", "github")...), fmt.Sprintf(",line=%d,endLine=%d,col=%d,", test.line, test.line, test.column); !strings.Contains(got, want) {
					t.Errorf("%s for GitHub: no %s in\n%s", command[0], want, got)
				}
				var records []struct {
					Line, Column int
					Source, Code string
				}
				if err := json.Unmarshal([]byte(run(append(command, "--output-format", "json")...)), &records); err != nil || len(records) != 1 {
					t.Fatal(records, err)
				}
				if r := records[0]; r.Line != test.line || r.Column != test.column || r.Source != test.text && r.Code != strings.TrimSpace(test.text) {
					t.Errorf("%s as JSON: %+v", command[0], r)
				}
				sarif := regexp.MustCompile(`\s`).ReplaceAllString(run(append(command, "--output-format", "sarif")...), "")
				if want := fmt.Sprintf(`"startLine":%d,"startColumn":%d,`, test.line, test.column); !strings.Contains(sarif, want) {
					t.Errorf("%s as SARIF: no %s in\n%s", command[0], want, sarif)
				}
			}
		})
	}
}
