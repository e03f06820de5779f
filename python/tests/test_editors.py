"""What docs/editor.md says of editors is tried: its commands by a client of our own, its settings by the editors.

An editor that is not installed, or is too old for what the page says, is skipped with a word.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "editor.md").read_text()
BLOCKS = re.findall(r"^```(lua|elisp|ts)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PROGRAM = "import eventlet\n\neventlet.sleep(0)\n"
FINDINGS = {"AH100", "AH101"}


@pytest.fixture
def project(tmp_path):
    """A tree with two findings in app.py."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "app"\n')
    (tmp_path / "app.py").write_text(PROGRAM)
    return tmp_path


@pytest.fixture
def environment(tmp_path):
    path = os.pathsep.join([str(ROOT / "bin"), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "HOME": str(tmp_path), "AIOHUB_CACHE_DIR": str(tmp_path / "cache")}


def settings(kind, word):
    """The block of that language with *word* in it."""
    (text,) = [text for language, text in BLOCKS if language == kind and word in text]
    return text


def command(text):
    """The command line in the settings of an editor: its words in quotes, in a row."""
    return re.findall(r'"([^"]+)"', re.search(r'"aiohub",? *(args: \[)?"lsp"', text)[0])


def framed(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize("text", [text for _, text in BLOCKS], ids=["neovim", "eglot", "lsp-mode", "vscode"])
def test_each_command_is_a_server_that_finds(text, project, environment):
    uri = (project / "app.py").as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": PROGRAM}
    with subprocess.Popen(
        command(text), cwd=project, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        capabilities = {"textDocument": {"publishDiagnostics": {}}}
        begin = {"processId": None, "rootUri": project.as_uri(), "capabilities": capabilities}
        server.stdin.write(framed({"id": 1, "method": "initialize", "params": begin}))
        server.stdin.flush()
        assert read(server.stdout)["id"] == 1
        server.stdin.write(framed({"method": "initialized", "params": {}}))
        server.stdin.write(framed({"method": "textDocument/didOpen", "params": {"textDocument": document}}))
        server.stdin.flush()
        found = set()
        while not found >= FINDINGS:
            message = read(server.stdout)
            if message.get("method") == "textDocument/publishDiagnostics":
                found = {diagnostic["code"] for diagnostic in message["params"]["diagnostics"]}
        server.stdin.write(framed({"id": 2, "method": "shutdown"}))
        server.stdin.flush()
        while "id" not in read(server.stdout):
            pass
        server.stdin.write(framed({"method": "exit"}))
        server.stdin.close()
        server.stdout.read()
        assert server.wait() == 0


def read(stream):
    """The next message of a server."""
    length = 0
    while (line := stream.readline()) != b"\r\n":
        assert line, "the server has ended"
        length = int(line.partition(b":")[2]) if line.startswith(b"Content-Length") else length
    return json.loads(stream.read(length))


def version(program, pattern):
    """The version that *program* says it is, as two numbers; skips the test where there is none."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, re.search(pattern, said).groups()))


def test_neovim(project, environment):
    if version("nvim", r"v(\d+)\.(\d+)") < (0, 11):
        pytest.skip("vim.lsp.config needs Neovim 0.11")
    (project / "init.lua").write_text(settings("lua", "vim.lsp"))
    (project / "look.lua").write_text("""
        vim.opt.swapfile = false
        vim.cmd.edit(vim.env.HOME .. "/app.py")
        vim.wait(120000, function() return #vim.diagnostic.get(0) > 1 end, 100)
        for _, found in ipairs(vim.diagnostic.get(0)) do io.stdout:write(found.code .. "\\n") end
        vim.cmd("qa!")
    """)
    argv = ["nvim", "--headless", "--clean", "-u", project / "init.lua", "-S", project / "look.lua"]
    ran = subprocess.run(argv, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert set(ran.stdout.split()) == FINDINGS, ran.stderr


def test_eglot(project, environment):
    if version("emacs", r"Emacs (\d+)\.(\d+)") < (29, 1):
        pytest.skip("eglot comes with Emacs 29")
    (project / "init.el").write_text(settings("elisp", "eglot"))
    (project / "look.el").write_text("""
        (require 'eglot)
        (setq eglot-sync-connect 120)
        (find-file (expand-file-name "app.py" (getenv "HOME")))
        (call-interactively #'eglot)
        (with-timeout (120 nil)
          (while (< (length (flymake-diagnostics)) 2) (accept-process-output nil 0.1) (flymake-start nil)))
        (dolist (found (flymake-diagnostics)) (princ (flymake-diagnostic-text found)))
        (kill-emacs 0)
    """)
    argv = ["emacs", "--batch", "-Q", "-l", project / "init.el", "-l", project / "look.el"]
    ran = subprocess.run(argv, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert set(re.findall(r"\[(AH\d+)\]", ran.stdout)) == FINDINGS, ran.stderr
