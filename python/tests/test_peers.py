"""`make peers` tells a regression from noise, and an excuse from a stale one."""

import sys
from pathlib import Path

import pytest

PEERS = Path(__file__).resolve().parents[2] / "peers"


@pytest.fixture
def peers(monkeypatch):
    """The modules of the runner, which is a program and no package."""
    monkeypatch.syspath_prepend(PEERS)
    import compare
    import suite

    yield type("Peers", (), {"compare": compare, "suite": suite})
    for name in ("compare", "suite"):
        del sys.modules[name]


@pytest.fixture
def run(peers):
    def run(**outcomes):
        made = peers.suite.Run(peers.suite.HubChoice("made up", {}))
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
    assert os.environ["CHOSEN"] == "this hub"
"""


def test_a_test_that_takes_its_process_along_is_named_and_the_others_run(peers, tmp_path, monkeypatch):
    monkeypatch.setattr(peers.suite, "TEST_LIMIT_S", 2)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "made_test.py").write_text(SUITE)
    hub = peers.suite.HubChoice("made up", {"CHOSEN": "this hub", "FLAGS": str(tmp_path)})
    said = []
    run = peers.suite.run_hub(hub, tmp_path, ["tests/made_test.py"], said.append)
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
    assert "the reason" in run.results["tests/made_test.py::test_fails"].text


def test_a_file_that_cannot_be_imported_is_a_failure(peers, tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "made_test.py").write_text("import no_such_module")
    run = peers.suite.run_hub(peers.suite.HubChoice("made up", {}), tmp_path, ["tests/made_test.py"], print)
    assert {test: result.outcome for test, result in run.results.items()} == {"tests/made_test.py": "failed"}


def test_a_run_that_does_not_start_is_an_error_not_a_pass(peers, tmp_path):
    hub = peers.suite.HubChoice("made up", {"PYTEST_PLUGINS": "no_such_plugin"})
    with pytest.raises(SystemExit, match=r"made up: tests/made_test\.py could not run"):
        peers.suite.run_hub(hub, tmp_path, ["tests/made_test.py"], print)
