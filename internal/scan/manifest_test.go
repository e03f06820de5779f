package scan

import (
	"fmt"
	"strings"
	"testing"

	"aiohub/internal/pysource"
)

func TestRequirements(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       string // line:col of each requirement
	}{
		{"requirements.txt", "six\neventlet>=0.30.1 # MIT\n# eventlet\neventlet\nEventlet==1\n", "2:0 4:0 5:0"},
		{"requirements.txt", "eventlet-extra\neventlets\nmy eventlet\neventlet ; python_version < '3'\neventlet[x]\n", "4:0 5:0"},
		{"requirements.txt", "-e git+https://github.com/x/y#egg=eventlet\neventlet @ https://x/y.zip\n  eventlet!=0.18.3,>=0.18.2\n", "1:34 2:0 3:2"},
		{"setup.cfg", "[options]\ninstall_requires =\n    eventlet>=0.2\n[options.extras_require]\neventlet =\n    eventlet\n", "3:4 6:4"},
		{"setup.cfg", "[metadata]\nname = eventlet\n", ""},
		{"tox.ini", "[testenv]\ndeps = eventlet\n  py27: x\nenvlist = py27-eventlet\ncommands = run eventlet\n", "2:7"},
		{"pyproject.toml", "[project]\nname = \"eventlet\"\ndependencies = [\"eventlet>=1\", 'x', 'eventlet']\n", "3:17 3:37"},
		{"pyproject.toml", "[project.optional-dependencies]\neventlet = [\"eventlet\"]\n[tool.poetry.dependencies]\neventlet = \"^0.3\"\n", "2:13 4:0"},
		{"Pipfile", "[packages]\neventlet = \"*\"\n[other]\neventlet = \"*\"\n", "2:0"},
		{"setup.py", "setup(install_requires=['six', 'eventlet>=0.9'],\n  packages=['eventlet.green'],\n  extras={'eventlet': []})\n", "1:32"},
	} {
		var got []string
		records, _ := textRecords(c.file, []byte(c.text), true)
		lines := pysource.NewLines([]byte(c.text))
		for _, r := range records {
			line, col := lines.Position(r.Start)
			got = append(got, fmt.Sprintf("%d:%d", line, col))
			if text := c.text[r.Start:r.End]; !strings.EqualFold(text, "eventlet") {
				t.Errorf("%s: range covers %q", c.file, text)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %q: got %s, want %s", c.file, c.text, s, c.want)
		}
	}
}

func TestVariables(t *testing.T) {
	text := "ENV EVENTLET_HUB=asyncio\nexport EVENTLET_NO_GREENDNS=yes XEVENTLET_HUB=1 EVENTLET_=2 EVENTLET_hub=3\n"
	var got []string
	records, _ := textRecords("Dockerfile", []byte(text), false)
	for _, r := range records {
		got = append(got, fmt.Sprintf("%s %s %d-%d %s", r.Kind, r.Name, r.Start, r.End, text[r.Start:r.End]))
	}
	want := "env EVENTLET_HUB 4-16 EVENTLET_HUB|env EVENTLET_NO_GREENDNS 32-52 EVENTLET_NO_GREENDNS"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got %s\nwant %s", s, want)
	}
}
