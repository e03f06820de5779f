"""`make peers` tells a regression from noise, and an excuse from a stale one."""

import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

PEERS = Path(__file__).resolve().parents[2] / "peers"


@pytest.fixture
def peers(monkeypatch):
    """The modules of the runner, which is a program and no package."""
    monkeypatch.syspath_prepend(PEERS)
    import compare
    import suite

    yield type("Peers", (), {"compare": compare, "suite": suite})
    for name in ("compare", "sdist", "suite", "suites"):
        sys.modules.pop(name, None)


@pytest.fixture
def run(peers):
    def run(**outcomes):
        made = peers.suite.Run(peers.suite.Setting("made up", {}))
        made.results.update({test: peers.suite.Result(outcome) for test, outcome in outcomes.items()})
        return made

    return run


@pytest.mark.parametrize("outcome", ["failed", "skipped", "hung", "crashed"])
def test_whatever_passes_elsewhere_has_to_pass(peers, run, outcome):
    verdict = peers.compare.judge(run(a="passed", b=outcome), [run(a="passed", b="passed")], {})
    assert verdict.regressions == ["b"]
    assert not verdict.is_good


def test_a_test_that_does_not_run_at_all_is_a_regression(peers, run):
    assert peers.compare.judge(run(), [run(a="passed")], {}).regressions == ["a"]


def test_every_reference_counts(peers, run):
    verdict = peers.compare.judge(run(a="failed", b="failed"), [run(a="passed", b="failed"), run(b="passed")], {})
    assert verdict.regressions == ["a", "b"]


def test_what_fails_everywhere_is_no_regression(peers, run):
    verdict = peers.compare.judge(run(a="failed", b="passed"), [run(a="failed", b="failed")], {})
    assert verdict.is_good


def test_an_exception_excuses_one_test(peers, run):
    verdict = peers.compare.judge(run(a="failed", b="failed"), [run(a="passed", b="passed")], {"a": "reason"})
    assert (verdict.regressions, verdict.stale) == (["b"], [])


@pytest.mark.parametrize("outcome", ["passed", "failed"])
def test_an_exception_that_excuses_nothing_is_stale(peers, run, outcome):
    reference = run(a=outcome)
    verdict = peers.compare.judge(run(a="passed"), [reference], {"a": "reason"})
    assert verdict.stale == ["a"]
    assert not verdict.is_good


def test_exceptions_need_reasons(peers, tmp_path):
    path = tmp_path / "exceptions.txt"
    path.write_text("# a comment\n\ntests/x.py::test[#1]  # because\n")
    assert peers.compare.read_exceptions(path) == {"tests/x.py::test[#1]": "because"}
    path.write_text("tests/x.py::test\n")
    with pytest.raises(SystemExit, match=r"exceptions\.txt:1: tests/x\.py::test: no reason"):
        peers.compare.read_exceptions(path)


SUITE = """
import os, time
import pytest

def test_passes():
    pass

def test_fails():
    assert False, "the reason"

def test_fails_late(request):
    request.addfinalizer(lambda: 1 / 0)

@pytest.mark.skip(reason="made up")
def test_skips():
    pass

def test_crashes():
    os._exit(0)

def test_hangs():
    time.sleep(1000)

def test_forks():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)

def test_noise():
    flag = os.path.join(os.environ["FLAGS"], "seen")
    if not os.path.exists(flag):
        open(flag, "w").close()
        assert False

def test_last():
    assert os.environ["CHOSEN"] == "this setting"
"""


def place_in(peers, folder):
    return peers.suite.Place(folder, folder)


def test_a_test_that_takes_its_process_along_is_named_and_the_others_run(peers, tmp_path, monkeypatch):
    monkeypatch.setattr(peers.suite, "TEST_LIMIT_S", 2)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "made_test.py").write_text(SUITE)
    setting = peers.suite.Setting("made up", {"CHOSEN": "this setting", "FLAGS": str(tmp_path)})
    said = []
    run = peers.suite.run_files(setting, place_in(peers, tmp_path), ["tests/made_test.py"], said.append)
    assert {test.partition("::test_")[2]: result.outcome for test, result in run.results.items()} == {
        "passes": "passed",
        "fails": "failed",
        "fails_late": "failed",
        "skips": "skipped",
        "crashes": "crashed",
        "hangs": "hung",
        "forks": "passed",
        "noise": "passed",
        "last": "passed",
    }
    assert run.results["tests/made_test.py::test_noise"].retries == 1
    assert said == ["made up: tests/made_test.py::test_noise: failed, passed when tried again (1)"]
    assert "hangs: hung" not in "".join(said)  # a hang may be a lost wake-up: it is not tried again
    assert "the reason" in run.results["tests/made_test.py::test_fails"].text


def test_a_file_that_cannot_be_imported_is_a_failure(peers, tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "made_test.py").write_text("import no_such_module")
    setting = peers.suite.Setting("made up", {})
    run = peers.suite.run_files(setting, place_in(peers, tmp_path), ["tests/made_test.py"], print)
    assert {test: result.outcome for test, result in run.results.items()} == {"tests/made_test.py": "failed"}


def test_a_run_that_does_not_start_is_an_error_not_a_pass(peers, tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "made_test.py").write_text("")
    setting = peers.suite.Setting("made up", {"PYTEST_PLUGINS": "no_such_plugin"})
    with pytest.raises(SystemExit, match=r"made up: tests/made_test\.py could not run"):
        peers.suite.run_files(setting, place_in(peers, tmp_path), ["tests/made_test.py"], print)


def test_a_file_whose_tests_hang_one_by_one_ends_at_its_limit(peers, tmp_path, monkeypatch):
    monkeypatch.setattr(peers.suite, "TEST_LIMIT_S", 1)
    monkeypatch.setattr(peers.suite, "FILE_LIMIT_S", 0.5)
    (tmp_path / "tests").mkdir()
    hanging = "import time\n" + "".join(f"def test_{n}():\n    time.sleep(1000)\n" for n in range(100))
    (tmp_path / "tests" / "made_test.py").write_text(hanging)
    setting = peers.suite.Setting("made up", {})
    run = peers.suite.run_files(setting, place_in(peers, tmp_path), ["tests/made_test.py"], print)
    assert {test: result.outcome for test, result in run.results.items()} == {"tests/made_test.py::test_0": "hung"}


LOOPS = """
import asyncio
import os

def test_every_way_to_a_loop_gives_the_chosen_one():
    import uvloop

    made = [asyncio.new_event_loop(), asyncio.SelectorEventLoop(), uvloop.new_event_loop()]
    made.append(asyncio.DefaultEventLoopPolicy().new_event_loop())
    for loop in made:
        loop.close()
    assert [isinstance(loop, uvloop.Loop) for loop in made] == [os.environ["PEERS_LOOP"] == "uvloop"] * 4
    asyncio.run(asyncio.sleep(0))
"""


@pytest.mark.parametrize("loop", ["stock", "uvloop"])
def test_the_loop_takes_the_place_of_asyncios_own(peers, tmp_path, loop):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "made_test.py").write_text(LOOPS)
    place = peers.suite.Place(tmp_path, tmp_path, ("-p", "loop_plugin"))
    run = peers.suite.run_files(peers.suite.Setting(loop, {"PEERS_LOOP": loop}), place, ["tests/made_test.py"], print)
    assert [(result.outcome, result.text) for result in run.results.values()] == [("passed", "")]


def test_python_without_its_own_tests_is_told_where_to_get_them(peers, monkeypatch):
    import suites

    monkeypatch.setattr(suites.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"(?s)comes without test\.test_asyncio.*libpython3\.\d+-testsuite"):
        suites._cpython_place()
