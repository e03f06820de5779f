package knowledge

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestMethodsOfGreenThreadsAreNotThoseOfGreenlets(t *testing.T) {
	for name, want := range map[string]string{
		"greenlet.greenlet.wait": "eventlet.greenthread.GreenThread.wait", "greenlet.greenlet.kill": "eventlet.greenthread.GreenThread.kill",
		"greenlet.greenlet.parent": "greenlet.greenlet.parent", "greenlet.greenlet.switch": "greenlet.greenlet.switch",
	} {
		if got := Canon(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestCanon(t *testing.T) {
	for name, want := range map[string]string{
		"eventlet":                       "eventlet",
		"eventlet.sleep":                 "eventlet.greenthread.sleep",
		"eventlet.sleep.__name__":        "eventlet.greenthread.sleep.__name__",
		"eventlet.sleeping":              "eventlet.sleeping",
		"eventlet.greenthread.sleep":     "eventlet.greenthread.sleep",
		"eventlet.greenlet.GreenletExit": "greenlet.GreenletExit",
		"eventlet.queue.LightQueue":      "eventlet.queue.LightQueue",
		"time.sleep":                     "time.sleep",
		"aiohub.green":                   "eventlet",
		"aiohub.green.sleep":             "eventlet.greenthread.sleep",
		"aiohub.green.green.os":          "eventlet.green.os",
		"aiohub.greens":                  "aiohub.greens",
		"aiohub.wait":                    "aiohub.wait",
		"eventlet_asyncio.x":             "aiohub.x",
	} {
		if got := Canon(name); got != want {
			t.Errorf("Canon(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestIs(t *testing.T) {
	for name, want := range map[string]bool{"eventlet": true, "eventlet.x": true, "eventlets": false, "event": false, "": false, "aiohub": false, "aiohub.green": true, "aiohub.green.x": true, "aiohub.greens": false, "aiohub.wait": false} {
		if Is(name) != want {
			t.Errorf("Is(%q) = %v", name, !want)
		}
	}
}

func TestRoleOf(t *testing.T) {
	for name, want := range map[string]Role{
		"eventlet": Own, "eventlet.sleep": Own, "aiohub.green.queue.Queue": Own,
		"aiohub.install": Start, "aiohub.run.x": Start,
		"aiohub.wait": Face, "aiohub.Queue.put": Face, "eventlet_asyncio.future_to_greenlet": Face,
		"aiohub": None, "aiohub.aio.Pool": None, "aiohub.EventLoop": None, "time.sleep": None, "": None,
	} {
		if got := RoleOf(name); got != want {
			t.Errorf("RoleOf(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestConstructs(t *testing.T) {
	for name, want := range map[string]bool{
		"eventlet.greenpool.GreenPool":  true,
		"eventlet.corolocal.local":      true, // a class with a small letter
		"eventlet.greenthread.sleep":    false,
		"eventlet.wsgi.MAX_HEADER_LINE": false, // data with a capital letter
		"eventlet.oldmodule.Thing":      true,
		"threading.Thread":              false,
	} {
		if Constructs(name) != want {
			t.Errorf("Constructs(%q) = %v", name, !want)
		}
	}
}

func TestImplicit(t *testing.T) {
	for name, want := range map[string]Patch{
		"time.sleep":                         "time",
		"time.time":                          "",
		"oslo_service.loopingcall.X":         "thread",
		"oslo_service.loopingcall":           "",
		"oslo_service.wsgi.Server.something": "socket",
		"subprocess.Popen":                   "subprocess",
	} {
		if got := Implicit(name); got != want {
			t.Errorf("Implicit(%q) = %q, want %q", name, got, want)
		}
	}
	for name := range load().green {
		if top, _, _ := strings.Cut(name, "."); !MayBeImplicit(top) {
			t.Errorf("MayBeImplicit(%q) is false", top)
		}
	}
}

// Every name that a table leads to has to exist in the list of names, or be marked as old.
func TestTablesAgree(t *testing.T) {
	modules := load()
	for name, home := range modules.canon {
		if !Is(name) {
			t.Errorf("canon.txt: %s is not below eventlet", name)
		}
		if again := Canon(home); again != home {
			t.Errorf("canon.txt: %s leads to %s, which leads to %s", name, home, again)
		}
	}
	for name, class := range modules.returns {
		if Canon(name) != name {
			t.Errorf("returns.txt: %s is not canonical", name)
		}
		if Is(class) && Canon(class) != class {
			t.Errorf("returns.txt: %s is not canonical", class)
		}
	}
	for name := range modules.switches {
		if Canon(name) != name {
			t.Errorf("switches.txt: %s is not canonical", name)
		}
	}
	if n := len(Star("eventlet")); n < 30 || len(Star("aiohub.green")) != n {
		t.Errorf("a star import of eventlet binds only %d names", n)
	}
}

// The tables are facts about eventlet. Where a Python with eventlet is at hand, ask it.
func TestAgainstInstalledEventlet(t *testing.T) {
	python := os.Getenv("AIOHUB_TEST_PYTHON")
	if python == "" {
		python = "../../../.venv/bin/python"
	}
	if err := exec.Command(python, "-W", "ignore", "-c", "import eventlet").Run(); err != nil {
		t.Skipf("needs a Python with eventlet (`make build`, or AIOHUB_TEST_PYTHON=...): %v", err)
	}
	out, err := exec.Command(python, "-W", "ignore", "generate.py", "--check").CombinedOutput()
	if err != nil {
		t.Errorf("generate.py --check: %v\n%s", err, out)
	}
}
