"""Pages, tried as they are written: their files are made, their commands are run, and what these say is compared.

    <!-- file: app.py -->             before a block: it is that file
    <!-- tried: GET / says hello -->  before commands, a unit or a Containerfile: it answers that, and ends on TERM
    <!-- tried: says ready. -->       the same for one that has no port
    <!-- tried: says on, 2 times -->  the same for several workers, each of which says it
    <!-- tried: prints -->            before commands: they print what the next block of output shows
    <!-- tried: kernel -->            before a kernel.json: a notebook's cell runs in it

Behind what is tried, ", with the files of gunicorn" takes those of that section, of this page or one before it.
What is not the same everywhere is put in the place of what the page says: ports, paths, the addresses of servers.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import cells
import kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    import servers

PAGES = (cells.ROOT / "docs" / "with.md", cells.ROOT / "docs" / "integrations.md")
BLOCK = re.compile(
    r"^<!-- (?P<mark>file|tried): (?P<what>.*?) -->\n+(?:<!-- not run: .*? -->\n+)?"
    r"^```(?P<kind>\w+)\n(?P<text>.*?)^```\n(?:\n*```output\n(?P<output>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
LIMIT_S = 60
# What the page says, and the server whose address takes its place.
ADDRESSES = {
    "redis://localhost:6379/0": "redis",
    "postgresql://localhost/shop": "postgresql",
}


@dataclass
class Try:
    """A block that is tried, with the files that its section has until then."""

    page: str
    section: str
    #: "GET / says hello", "says ready.", "prints" or "kernel".
    what: str
    kind: str
    text: str
    output: str
    files: dict[str, str] = field(default_factory=dict)


class Wrong(Exception):
    """What the page says is not what happens."""


def all_tries() -> list[Try]:
    """What is to be tried on all pages."""
    files: dict[str, dict[str, str]] = {}
    return [trial for page in PAGES for trial in tries(page.read_text(), page.name, files)]


def tries(text: str, page: str, of_sections: dict[str, dict[str, str]]) -> list[Try]:
    """What is to be tried on that page; *of_sections* has the files of earlier sections, and gets those of its own."""
    found = []
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title = section.partition("\n")[0]
        files: dict[str, str] = {}
        for block in BLOCK.finditer(section):
            if block["mark"] == "file":
                files[block["what"]] = block["text"]
                continue
            what, _, other = block["what"].partition(", with the files of ")
            taken = of_sections[other] if other else files
            found.append(Try(page, title, what, block["kind"], block["text"], block["output"] or "", dict(taken)))
        if files:  # a section of the same name without files is about those of the page before
            of_sections[title] = files
    return found


def run(trial: Try, pool: servers.Pool) -> None:
    """Try it. Raises Wrong, or servers.Missing where a server is not installed."""
    with tempfile.TemporaryDirectory(prefix="aiohub-services-") as folder:
        port = kinds.free_port()
        places = {"8000": str(port), "/srv/app": folder, "/srv/venv/bin": str(Path(sys.executable).parent)}
        for said, name in ADDRESSES.items():
            if any(said in text for text in (trial.text, *trial.files.values())):
                places[said] = pool.get(name).url

        def put(text: str) -> str:
            return re.sub("|".join(map(re.escape, places)), lambda found: places[found[0]], text)

        for name, text in trial.files.items():
            (Path(folder) / name).write_text(put(text))
        if trial.what == "kernel":
            _run_cell(json.loads(put(trial.text))["argv"], folder)
        elif trial.what == "prints":
            _compare(trial, [_output(put(command), folder) for command in commands(trial)])
        else:
            command = put(commands(trial)[-1])
            _serve(command, trial.what, port, folder)


def commands(trial: Try) -> list[str]:
    """The commands of a block as a shell takes them: of a console, of a unit of systemd or of a Containerfile."""
    if trial.kind == "console":
        lines = re.sub(r" \\\n", " ", trial.text).splitlines()
        return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    if trial.kind == "ini":
        env = re.findall(r"^Environment=(.*)$", trial.text, re.MULTILINE)
        return [" ".join(["env", *env, *re.findall(r"^ExecStart=(.*)$", trial.text, re.MULTILINE)])]
    env = re.findall(r"^ENV (.*)$", trial.text, re.MULTILINE)
    (argv,) = re.findall(r"^CMD (\[.*\])$", trial.text, re.MULTILINE)
    return [" ".join(["env", *env, shlex.join(json.loads(argv))])]


def _environment() -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("EVENTLET_", "AIOHUB_"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])
    return {**env, "PATH": path, "PYTHONPATH": str(cells.ROOT / "python"), "PYTHONUNBUFFERED": "1"}


def _output(command: str, folder: str) -> str:
    done = subprocess.run(
        command, shell=True, cwd=folder, env=_environment(), capture_output=True, text=True, timeout=LIMIT_S
    )
    if done.returncode:
        raise Wrong(f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def _compare(trial: Try, outputs: list[str]) -> None:
    if outputs[-1] != trial.output:
        raise Wrong(f"prints {outputs[-1]!r}, not {trial.output!r}")


def _serve(command: str, what: str, port: int, folder: str) -> None:
    # A file, not a pipe: nobody reads it meanwhile.
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        process = subprocess.Popen(
            f"exec {_without_shell(command)}",
            shell=True,
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_for(what, port, lambda: os.pread(log.fileno(), 1 << 20, 0).decode(errors="replace"), process)
            process.send_signal(signal.SIGTERM)
            # uvicorn ends by the signal that it was sent.
            if (code := process.wait(LIMIT_S)) not in (0, -signal.SIGTERM):
                raise Wrong(f"exit code {code} after TERM")
        except (Wrong, subprocess.TimeoutExpired) as exc:
            log.seek(0)
            raise Wrong(f"{command}: {exc}\n{log.read()[-3000:]}") from None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def _without_shell(command: str) -> str:
    """The command as `exec` takes it: variables before it go through env."""
    return command if command.startswith("env ") else f"env {command}"


def _wait_for(what: str, port: int, said: Callable[[], str], process: subprocess.Popen[bytes]) -> None:
    path, _, wanted = what.partition("says ")
    times = 1
    if found := re.fullmatch(r"(.+), (\d+) times", wanted):
        wanted, times = found[1], int(found[2])
    deadline = time.monotonic() + LIMIT_S
    answer = ""
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if path:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path.split()[1]}", timeout=LIMIT_S) as response:
                    answer = response.read().decode().strip()
            else:
                answer = said()
        except OSError:
            pass
        if answer.count(wanted) >= times:
            return
        if path and answer:
            break
        time.sleep(0.1)
    raise Wrong(f"does not say {wanted!r}, but {answer!r}" if path else f"does not say {wanted!r}")


def _run_cell(argv: list[str], folder: str) -> None:
    code = f"""
import nbformat, nbclient
cell = nbformat.v4.new_code_cell(
    "import asyncio, eventlet, eventlet.hubs\\n"
    "eventlet.spawn(eventlet.sleep, 0.01).wait()\\n"
    "await asyncio.sleep(0.01)\\n"
    "print(type(eventlet.hubs.get_hub()).__module__)"
)
client = nbclient.NotebookClient(nbformat.v4.new_notebook(cells=[cell]), timeout=30, kernel_name="python3")
client.km = client.create_kernel_manager()
client.km.kernel_spec.argv = {argv!r}
client.execute()
print(cell.outputs[0]["text"])
"""
    said = _output(f"python -W ignore -c {shlex.quote(code)}", folder)
    if said.strip() != "aiohub.hub":
        raise Wrong(f"the hub is {said.strip()}")
