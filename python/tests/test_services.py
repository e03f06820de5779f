"""`make services` tells what works from what does not, and its table in the documentation is what it found."""

import os
import re
import select
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "services"
MODULES = ("cells", "hubs", "kinds", "page", "results", "rows", "run", "servers", "written")


@pytest.fixture
def services(monkeypatch):
    """The modules of the runner, which is a program and no package."""
    monkeypatch.syspath_prepend(SERVICES)
    yield type("Services", (), {name: __import__(name) for name in MODULES})
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def row(services, tmp_path):
    """Makes a row of a program."""

    def make(body="print('done')\n", prints="done", heads=""):
        path = tmp_path / "with_it.py"
        path.write_text(
            f'"""it: what it does."""\n# family: databases\n# libraries: it\n{heads}{body}\n# prints:\n# {prints}\n'
        )
        return services.rows.read(path)

    return make


@pytest.fixture
def cell(services, row):
    """What becomes of a program on eventlet's epolls hub."""

    def run(body, **head):
        return services.cells.run(row(body, **head), services.hubs.HUBS[3], {})

    return run


SUPPORT = f"import sys; sys.path.insert(0, {str(SERVICES / 'rows')!r}); from support import others_run\n"


def test_a_program_that_prints_what_it_should_works(cell):
    assert cell("print('done')").outcome == "works"


def test_a_program_that_prints_something_else_fails(cell):
    made = cell("print('other')")
    assert (made.outcome, made.note) == ("fails", "prints 'other'")


def test_an_exception_fails_and_is_the_note(cell):
    made = cell("print('done'); raise ValueError('at 0x7f12, /tmp/some/file.py')")
    assert (made.outcome, made.note) == ("fails", "ValueError: at N, file.py")


def test_who_does_not_end_hangs(cell):
    made = cell("import time; time.sleep(60)", heads="# limit: 1\n")
    assert made.outcome == "hangs"


def test_what_a_program_leaves_running_is_ended(cell, tmp_path):
    body = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
open({str(tmp_path / "pid")!r}, "w").write(str(child.pid))
print("done")
"""
    assert cell(body).outcome == "works"
    try:
        end = os.pidfd_open(int((tmp_path / "pid").read_text()))
    except ProcessLookupError:
        return
    # Killed, it takes a moment to go.
    assert select.select([end], [], [], 60)[0]
    os.close(end)


def test_a_wait_that_lets_nothing_else_run_is_told_from_one_that_does(cell):
    stands = cell(SUPPORT + "import time\nwith others_run('a wait'):\n    time.sleep(0.2)\nprint('done')")
    assert (stands.outcome, stands.note.partition(":")[0]) == ("stands still", "StoodStill")
    runs = cell(SUPPORT + "import eventlet\nwith others_run('a wait'):\n    eventlet.sleep(0.5)\nprint('done')")
    assert runs.outcome == "works"
    assert runs.max_gap_ms is not None


def test_the_turns_of_others_on_a_busy_machine_are_no_wait(cell):
    made = cell(
        f"""{SUPPORT}
import eventlet, support, time
turns = iter((0, 2))
support._without_processor_s = lambda: next(turns)
with others_run('a wait'):
    ticks = support.Ticks.count
    while support.Ticks.count == ticks:
        eventlet.sleep(0)
    time.sleep(1)
print('done')"""
    )
    assert (made.outcome, made.note) == ("works", "")


def test_a_long_gap_between_ticks_is_a_standstill(services, row):
    judge = services.cells.judge
    assert judge(row(), 0, "done\n", "", 0.2).outcome == "works"
    assert judge(row(), 0, "done\n", "", 6.0).outcome == "stands still"


@pytest.mark.parametrize(
    ("before", "now", "worse"),
    [
        ("works", "works", False),
        ("works", "stands still", True),
        ("stands still", "fails", True),
        ("fails", "hangs", True),
        ("hangs", "works", False),
        ("works", "skipped", False),
        ("skipped", "fails", True),
        (None, "fails", True),
        (None, "works", False),
    ],
)
def test_a_cell_that_gets_worse_is_told(services, before, now, worse):
    assert services.results.is_worse(before, now) is worse


def test_only_our_cells_fail_the_run(services):
    Cell, Results = services.cells.Cell, services.results.Results
    kept = Results(cells={"it": {"engine": Cell("works"), "epolls": Cell("works")}})
    assert services.run.judge(Results(cells={"it": {"epolls": Cell("fails")}}), kept) == 0
    assert services.run.judge(Results(cells={"it": {"engine": Cell("fails")}}), kept) == 1


def test_results_are_kept_as_they_are(services, tmp_path):
    Cell, Results = services.cells.Cell, services.results.Results
    made = Results(
        "2026-01-02", "3.11.7", {"redis": "7.0"}, {"it": "1.0"}, {"it": {"engine": Cell("fails", "why", 12)}}
    )
    (tmp_path / "results.json").write_text(made.as_json())
    assert services.results.load(tmp_path / "results.json") == made


def test_a_server_that_is_not_installed_is_named_with_its_package(services, row, monkeypatch, tmp_path):
    monkeypatch.setattr(services.kinds.Kind, "find", lambda self: None)
    pool = services.servers.Pool(tmp_path)
    made = services.run.play(row(heads="# servers: redis\n"), services.hubs.HUBS[0], pool, "works")
    assert (made.outcome, made.note) == ("skipped", "redis is not installed; on Debian: apt-get install redis-server")


def test_a_server_that_does_not_start_says_why(services, tmp_path):
    program = tmp_path / "server"
    program.write_text("#!/bin/sh\necho 'version 1.0'\ntest \"$1\" = --version || { echo 'no space left'; exit 1; }\n")
    program.chmod(0o755)
    kind = services.kinds.Kind(
        "it", "it", (str(program),), lambda p, folder, port: services.kinds.Command([p]), "{port}", b"", b"x"
    )
    with pytest.raises(RuntimeError, match=r"it did not start:\nversion 1.0\nno space left"):
        services.servers.start(kind, tmp_path / "data")


@pytest.mark.parametrize("lacking", ["family", "libraries", "prints"])
def test_a_row_without_its_head_is_refused(services, tmp_path, lacking):
    lines = {"family": "# family: databases", "libraries": "# libraries: it", "prints": "# prints:\n# done"}
    text = "\n".join(line for name, line in lines.items() if name != lacking)
    (tmp_path / "with_it.py").write_text(f'"""it: what it does."""\n{text}\n')
    with pytest.raises(ValueError, match="a row has a docstring"):
        services.rows.read(tmp_path / "with_it.py")


def test_every_row_has_results_and_no_results_are_left_over(services):
    kept = services.results.load()
    wanted = {row.name: {hub.name for hub in row.hubs()} for row in services.rows.read_all()}
    assert wanted == {name: set(of_row) for name, of_row in kept.cells.items()}


def test_the_page_is_what_was_found(services):
    kept, known = services.results.load(), services.rows.read_all()
    assert services.page.FILE.read_text() == services.page.text(kept, known), "make services writes it"


def test_all_libraries_of_rows_are_pinned(services):
    lists = [ROOT / "requirements" / name for name in ("services.txt", "services-sdists.txt")]
    pinned = {line.partition("==")[0].lower() for path in lists for line in path.read_text().splitlines()}
    needed = {name.lower() for row in services.rows.read_all() for name in row.libraries}
    assert needed <= pinned


PAGE = """\
# A page

## One

<!-- file: app.py -->
<!-- not run: it has a reason -->
```python
print("said")
```

<!-- tried: prints -->
```console
$ true
$ python app.py
```

```output
said
```

## Two

<!-- tried: GET / says hello -->
```ini
[Service]
Environment=A=1
ExecStart=/srv/venv/bin/serve --port 8000
```

<!-- tried: GET / says hello -->
```dockerfile
FROM python
ENV A=1
CMD ["serve", "a b"]
```
"""


@pytest.fixture
def try_(services, tmp_path):
    """Tries the only block of a page."""

    def run(text):
        (trial,) = services.written.tries("# A page\n\n## One\n\n" + text, "a.md", {})
        return services.written.run(trial, services.servers.Pool(tmp_path))

    return run


def test_what_a_page_says_is_found(services):
    one, unit, image = services.written.tries(PAGE, "a.md", {})
    assert (one.section, one.files, one.output) == ("One", {"app.py": 'print("said")\n'}, "said\n")
    assert services.written.commands(one) == ["true", "python app.py"]
    assert services.written.commands(unit) == ["env A=1 /srv/venv/bin/serve --port 8000"]
    assert services.written.commands(image) == ["env A=1 serve 'a b'"]
    assert unit.files == {}


def test_a_program_of_a_page_prints_what_the_page_says(services, try_):
    page = PAGE.partition("## Two")[0].partition("## One\n\n")[2]
    try_(page)
    with pytest.raises(services.written.Wrong, match="prints 'other"):
        try_(page.replace('print("said")', 'print("other")'))
    with pytest.raises(services.written.Wrong, match="exit code 3"):
        try_(page.replace('print("said")', "raise SystemExit(3)"))


SERVER = """\
<!-- file: server.py -->
```python
import http.server, signal


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")


signal.signal(signal.SIGTERM, lambda *_: exit(0))
http.server.HTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
```

<!-- tried: GET / says hello -->
```console
$ A=1 python server.py
```
"""


def test_a_server_of_a_page_answers_what_the_page_says_and_ends(services, try_):
    try_(SERVER)
    with pytest.raises(services.written.Wrong, match="does not say 'hello', but 'other'"):
        try_(SERVER.replace('b"hello"', 'b"other"'))
    with pytest.raises(services.written.Wrong, match="exit code 4 after TERM"):
        try_(SERVER.replace("exit(0)", "exit(4)"))
    with pytest.raises(services.written.Wrong, match="ModuleNotFoundError"):
        try_(SERVER.replace("import http.server", "import nothing.server"))


WORKERS = """\
## One

<!-- file: server.py -->
```python
import signal, time

signal.signal(signal.SIGTERM, lambda *_: exit(4))
print("on")
time.sleep(0.5)
signal.signal(signal.SIGTERM, lambda *_: exit(0))
print("on")
while True:
    signal.pause()
```

<!-- tried: says on, 2 times -->
```console
$ python server.py
```
"""


def test_a_server_is_told_to_end_when_all_its_workers_have_begun(try_):
    try_(WORKERS)


@pytest.mark.parametrize("section", ["Three", "One"])
def test_a_command_may_take_the_files_of_another_section(services, section):
    other = f"# B\n\n## {section}\n\n<!-- tried: prints, with the files of One -->\n```console\n$ python app.py\n```\n"
    of_sections = {}
    services.written.tries(PAGE, "a.md", of_sections)
    (trial,) = services.written.tries(other, "b.md", of_sections)
    assert (trial.page, trial.what, trial.files) == ("b.md", "prints", {"app.py": 'print("said")\n'})
    with pytest.raises(KeyError):
        services.written.tries(other, "b.md", {})


def test_every_command_of_the_pages_is_tried(services):
    trials = services.written.all_tries()
    for page in services.written.PAGES:
        text = page.read_text()
        blocks = re.findall(r"((?:^<!-- [^\n]* -->\n+)*)^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        blocks = [block for block in blocks if block[1] not in ("output", "python")]
        assert [trial.text for trial in trials if trial.page == page.name] == [
            text for comments, _, text in blocks if "<!-- tried: " in comments
        ]
        for comments, _, text in blocks:
            if "<!-- tried: " not in comments:
                path, said = re.search(r"<!-- test: (\S+): (.*) -->", comments).groups()
                assert said in text
                assert said in (ROOT / path).read_text()


def test_every_file_of_the_page_is_named(services):
    text = services.written.PAGES[0].read_text()
    assert len(re.findall(r"^<!-- file: ", text, re.MULTILINE)) == len(re.findall(r"^```python", text, re.MULTILINE))
