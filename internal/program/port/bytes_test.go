package port_test

import (
	"testing"

	"aiohub/internal/program/port"
)

// TestBytesStay ports files that are not what most are; nothing of them changes but the import.
func TestBytesStay(t *testing.T) {
	for _, test := range []struct{ name, before, after string }{
		{"carriage returns", "import os\r\n\r\nimport eventlet.wsgi\r\nimport eventlet\r\n\r\neventlet.monkey_patch()\r\neventlet.sleep(1)\r\n",
			"import os\r\n\r\nimport aiohub\r\nfrom aiohub import green as eventlet\r\n\r\naiohub.install(patch=True)\r\neventlet.sleep(1)\r\n"},
		{"old line ends", "import eventlet\reventlet.monkey_patch()\r", "import aiohub\raiohub.install(patch=True)\r"},
		{"a byte order mark", "\xef\xbb\xbfimport eventlet\neventlet.sleep()\n", "\xef\xbb\xbffrom aiohub import green as eventlet\neventlet.sleep()\n"},
		{"a byte order mark and a move", "\xef\xbb\xbfimport ast\nimport eventlet\nimport os\n", "\xef\xbb\xbffrom aiohub import green as eventlet\nimport ast\nimport os\n"},
		{"tabs", "def f():\n\timport eventlet\n\teventlet.monkey_patch()\n", "def f():\n\timport aiohub\n\taiohub.install(patch=True)\n"},
		{"form feeds", "import os\n\f\nimport eventlet\n\f\ndef f():\n\f    eventlet.sleep()\n", "import os\n\f\nfrom aiohub import green as eventlet\n\f\ndef f():\n\f    eventlet.sleep()\n"},
		{"latin-1", "# -*- coding: latin-1 -*-\nimport eventlet\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nfrom aiohub import green as eventlet\nx = '\xe9'\n"},
		{"no last line end", "import ast\nimport eventlet", "from aiohub import green as eventlet\nimport ast\n"},
		{"no last line end, unsorted", "import sys\nimport os\nimport eventlet", "import sys\nimport os\nfrom aiohub import green as eventlet"},
		{"backslashes", "from eventlet \\\n    import sleep\n", "from aiohub.green \\\n    import sleep\n"},
		{"blanks around dots", "from eventlet . green import socket\n", "from aiohub.green.green import socket\n"},
		{"a comment in the middle", "from eventlet import (  # one\n    sleep,  # two\n)  # three\n", "from aiohub.green import (  # one\n    sleep,  # two\n)  # three\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := map[string][]byte{"x.py": []byte(test.before)}
			result, err := port.Stage1(scanned(t, files), port.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := string(ported(files, result)["x.py"]); got != test.after {
				t.Errorf("\n got %q\nwant %q", got, test.after)
			}
			for _, f := range result.Faults {
				t.Error(f)
			}
		})
	}
}
