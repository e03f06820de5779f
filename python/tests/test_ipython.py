"""IPython at a terminal and the kernel of a notebook: IPython and ipykernel themselves, driven from outside."""

import os
import pty
import re
import select
import subprocess
import sys

import pytest

pytest.importorskip("IPython", reason="IPython is not installed")


class Terminal:
    """An IPython at a terminal of its own."""

    def __init__(self, folder, loop_name):
        environment = {**os.environ, "TERM": "dumb", "IPYTHONDIR": str(folder), "AIOHUB_LOOP": loop_name}
        command = [sys.executable, "-W", "ignore", "-m", "IPython", "--no-banner", "--no-confirm-exit"]
        self.master, side = pty.openpty()
        self.process = subprocess.Popen(
            command, stdin=side, stdout=side, stderr=side, env=environment, start_new_session=True
        )
        os.close(side)
        self.text = ""
        self.read_until(r"In \[1\]")

    def read_until(self, pattern):
        while not re.search(pattern, self.text):
            ready, _, _ = select.select([self.master], [], [], 60)
            assert ready, self.text
            self.text += os.read(self.master, 65536).decode(errors="replace")
        text, self.text = self.text, ""
        return text

    def enter(self, line, pattern):
        os.write(self.master, line.encode() + b"\r")
        return self.read_until(pattern)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)


@pytest.fixture
def terminal(tmp_path, loop_name):
    terminal = Terminal(tmp_path, loop_name)
    yield terminal
    terminal.close()


def test_a_terminal(terminal, loop_name):
    terminal.enter("%load_ext aiohub.ipython", r"In \[2\]")
    terminal.enter("import asyncio, eventlet, aiohub; ticked = eventlet.Event()", r"In \[3\]")
    terminal.enter("eventlet.sleep(0); print('slept', 1 + 1)", "slept 2")
    terminal.enter("await asyncio.sleep(0); print('slept', 1 + 2)", "slept 3")
    name = {"engine": "EventLoop", "asyncio": "_UnixSelectorEventLoop", "uvloop": "Loop"}[loop_name]
    terminal.enter("print('loop', type(aiohub.get_loop()).__name__ + '!')", f"loop {name}!")
    # It says so while the prompt waits and nothing is entered.
    terminal.enter("_ = eventlet.spawn_after(0.05, print, 'rang', 1 + 3)", "rang 4")
    terminal.enter("%unload_ext aiohub.ipython", r"In \[\d+\]")
    terminal.enter("await asyncio.sleep(0); print('slept', 1 + 4)", "slept 5")


def run_cells(folder, *cells):
    """What each cell of a notebook has printed or raised, in the kernel that `python -m aiohub.ipython` makes."""
    program = """
import sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="aiohub")
try:
    for cell in sys.argv[1:]:
        seen = []
        def hook(message):
            content = message["content"]
            seen.append(content.get("text") or content.get("evalue") or "")
        client.execute_interactive(cell, timeout=60, output_hook=hook)
        print("".join(seen).strip())
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
"""
    environment = {**os.environ, "JUPYTER_PATH": str(folder / "share" / "jupyter"), "PYTHONWARNINGS": "ignore"}
    result = subprocess.run(
        [sys.executable, "-c", program, *cells], capture_output=True, text=True, env=environment, timeout=120
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def test_a_notebooks_kernel(tmp_path, loop_name, monkeypatch):
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    from aiohub import ipython

    monkeypatch.setenv("AIOHUB_LOOP", loop_name)
    assert ipython.main(["--prefix", str(tmp_path)]) == 0
    assert run_cells(
        tmp_path,
        "import asyncio, eventlet, aiohub; print(type(eventlet.hubs.get_hub()).__module__)",
        "eventlet.sleep(0); print(eventlet.spawn(lambda: 42).wait())",
        "await asyncio.sleep(0); print(await aiohub.greenlet_to_future(eventlet.spawn(lambda: 43)))",
        "async def f():\n    eventlet.sleep(0)\n    return 44\nprint(aiohub.wait(f()))",
        "thread = eventlet.spawn(lambda: eventlet.sleep(0.01) or 45)",
        "print(thread.wait())",
        "%load_ext aiohub.ipython\nprint('loaded')",
    ) == ["aiohub.hub", "42", "43", "44", "", "45", "loaded"]


def test_a_kernel_that_runs_a_loop_already_says_what_to_do(tmp_path, loop_name, monkeypatch):
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    from aiohub import ipython

    kernel = ipython._kernel("aiohub")
    kernel["argv"] = [word for word in kernel["argv"] if word not in ("aiohub", "--no-patch")]
    kernel["argv"].remove("-m")
    monkeypatch.setattr(ipython, "_kernel", lambda name: kernel)
    assert ipython.main(["--prefix", str(tmp_path)]) == 0
    (said,) = run_cells(tmp_path, "%load_ext aiohub.ipython")
    assert "`python -m aiohub.ipython` makes a kernel that begins with aiohub" in said
