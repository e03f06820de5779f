"""Projects on the pages: their files are made, their commands are run, and print what the page shows.

    <!-- tree: service/words.py -->   before a block: it is that file, from now on
    <!-- run: service -->             before commands: they run in that folder, one after the other

"..." alone on a line stands for any lines. AIOHUB_UPDATE_DOCS=1 in the environment writes what is printed to the pages.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(
    r"^<!-- (?P<mark>tree|run): (?P<where>\S+) -->\n+(?:<!-- not run: [^\n]* -->\n+)?```\w+\n(?P<text>.*?)^```\n",
    re.MULTILINE | re.DOTALL,
)
PAGES = [page for page in sorted(ROOT.glob("docs/*.md")) if "<!-- run: " in page.read_text()]
UPDATE = "AIOHUB_UPDATE_DOCS" in os.environ


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_project(page, tmp_path, loop_name):
    def played(block):
        if block["mark"] == "tree":
            path = tmp_path / block["where"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block["text"])
            return block[0]
        printed = "".join(run(line, tmp_path / block["where"], loop_name) for line in commands(block["text"]))
        if shows(block["text"], printed):
            return block[0]
        return block[0].replace(block["text"], printed)

    text = page.read_text()
    found = BLOCK.sub(played, text)
    if UPDATE:
        page.write_text(found)
    else:
        assert text == found


def commands(text):
    return [line for line in text.splitlines() if line.startswith("$ ")]


def run(line, folder, loop_name):
    """The line with what the command prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("EVENTLET_", "AIOHUB_"))}
    environment |= {
        "PATH": os.pathsep.join([str(ROOT / "bin"), str(Path(sys.executable).parent), environment["PATH"]]),
        "XDG_CACHE_HOME": str(folder.parent / ".cache"),
        "AIOHUB_LOOP": loop_name,
        "NO_COLOR": "1",
        # pytest gives the name of the test that runs to its children, and eventlet's farewell is known by now.
        "PYTHONWARNINGS": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        line.removeprefix("$ "),
        shell=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    return f"{line}\n{done.stdout}"


def shows(written, printed):
    """Whether a page shows what is printed, whatever time it takes, and with lines left out where it says so."""
    pieces = re.split(r"^\.\.\.$\n", without_times(written), flags=re.MULTILINE)
    return re.fullmatch(".*".join(map(re.escape, pieces)), without_times(printed), re.DOTALL) is not None


def without_times(text):
    return re.sub(r"\d+\.\d+s", "0.0s", text)


def test_what_a_page_may_leave_out():
    assert shows("$ x\na\n...\nc in 0.1s\n", "$ x\na\nb\nb\nc in 0.2s\n")
    assert not shows("$ x\na\n...\nd\n", "$ x\na\nb\n")
    assert not shows("$ x\na\n", "$ x\na\nb\n")
