"""The benchmarks run end to end. Nothing here looks at how long anything takes."""

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

BENCH = Path(__file__).resolve().parents[2] / "bench"
RUN = BENCH / "run.py"


def bench(*arguments):
    return subprocess.run([sys.executable, str(RUN), *arguments], capture_output=True, text=True, timeout=300)


@pytest.fixture
def modules(monkeypatch):
    """The benchmark's own modules, importable for one test."""
    monkeypatch.syspath_prepend(str(BENCH))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if str(BENCH) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def read_record(folder):
    (path,) = folder.glob("*.json")
    assert xml.etree.ElementTree.parse(path.with_suffix(".svg")).getroot().tag.endswith("svg")
    return json.loads(path.read_text())


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("switch", ["sleep(0)", "spawn + wait", "socket ping-pong"]),
        ("border", ["task round trip", "wait for a coroutine", "await a green thread"]),
        ("echo", ["64 B, 50 connections"]),
        (
            "core",
            [
                *("call_soon, 100 a turn", "call_soon, one a turn", "call_later + cancel"),
                *("future switch", "task switch"),
            ],
        ),
        ("loop", ["Protocol, 64 B, 50 connections", "streams, 64 B, 50 connections"]),
        ("transports", [f"{kind}, 64 B, 50 connections" for kind in ("Unix", "UDP", "TLS")]),
    ],
)
def test_a_row_runs_and_is_recorded(tmp_path, name, cases):
    done = bench("--quick", "--only", name, "--results", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    record = read_record(tmp_path)
    (row,) = record["rows"]
    assert row["row"] == name
    assert [case["case"] for case in row["cases"]] == cases
    measured = {entry["contender"]: entry for case in row["cases"] for entry in case["contenders"]}
    assert measured["aiohub" if "aiohub" in measured else "asyncio"]["status"] == "ok"
    for entry in measured.values():
        assert entry["status"] in ("ok", "not installed")
        assert len(entry["samples"]) == (record["rounds"] if entry["status"] == "ok" else 0)
        assert all(sample["cost_us"] > 0 for sample in entry["samples"])
    assert {ratio["row"] for ratio in record["ratios"]} == {name}
    assert record["packages"]["eventlet"] and record["machine"]["cores"] and record["commit"]
    assert row["title"] in done.stdout and "cost table" in done.stdout


def test_missing_package_is_marked_and_the_others_are_measured(modules, monkeypatch):
    import catalog
    import report
    import rounds
    import samples

    gone = catalog.Contender("gevent", "gevent", "gevent", ("no_such_package_for_aiohub",))
    monkeypatch.setitem(catalog.CONTENDERS, "gevent", gone)
    row = catalog.Row("switch", "green threads", "us/operation", "switch", ("epolls", "gevent"), cases=("sleep(0)",))
    table = rounds.play(row, row.variants, 1, samples.Length(0.1, 0.02, 0.002, 1), lambda text: None)
    series = table.cases["sleep(0)"]
    assert (series["gevent"].status, series["gevent"].detail) == ("not installed", "no_such_package_for_aiohub")
    assert series["epolls"].status == "ok" and series["epolls"].median("cost_us") > 0
    assert "not installed (no_such_package_for_aiohub)" in report.table_text(table)


def test_contender_that_breaks_is_reported_with_its_error(modules, monkeypatch):
    import catalog
    import rounds
    import samples

    broken = catalog.Row("switch", "green threads", "us/operation", "no-such-job", ("epolls",), cases=("sleep(0)",))
    table = rounds.play(broken, broken.variants, 3, samples.Length(0.1, 0.02, 0.002, 1), lambda text: None)
    series = table.cases["sleep(0)"]["epolls"]
    assert series.status == "failed"
    assert "KeyError: 'no-such-job'" in series.detail
    assert series.median("cost_us") is None


def test_ratio_is_the_median_of_the_rounds_ratios(modules):
    from rounds import Series, ratio

    ours = Series("ours", samples=[{"cost_us": cost} for cost in (1.0, 40.0, 3.0)])
    peer = Series("peer", samples=[{"cost_us": cost} for cost in (2.0, 20.0, 4.0)])
    assert ratio(ours, peer) == (0.75, [0.5, 2.0, 0.75])
    assert ratio(ours, Series("peer", status="failed")) is None


@pytest.mark.parametrize("found", ["stock", "other"])
def test_a_loop_that_is_another_than_was_asked_for_is_not_measured(modules, found):
    import worlds

    class Stock:
        pass

    Stock.__module__ = "asyncio.unix_events" if found == "stock" else "uvloop"
    with pytest.raises(SystemExit, match=r"the loop is .*, not engine"):
        worlds._check(Stock(), "engine")


def test_unknown_row_is_refused_with_the_names():
    done = bench("--only", "nothing")
    assert done.returncode == 2
    assert "nothing" in done.stderr and "echo" in done.stderr


def children_of(pid):
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue  # it has ended meanwhile
        if int(text.rpartition(")")[2].split()[1]) == pid:
            found.add(int(stat.parent.name))
    return found


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


@pytest.mark.parametrize(("how", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_interrupted_run_leaves_no_process_behind(tmp_path, how, status):
    run = subprocess.Popen(
        [sys.executable, str(RUN), "--only", "echo", "--rounds", "1000", "--results", str(tmp_path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 120
    try:
        # A server and its load: then it is in the middle of a sample.
        while len(children := children_of(run.pid)) < 2:
            assert run.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(run.pid, how)
        _, errors = run.communicate(timeout=60)
    finally:
        run.kill()
        run.wait()
    assert run.returncode == status, errors
    while any(is_alive(pid) for pid in children):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert list(tmp_path.iterdir()) == []
