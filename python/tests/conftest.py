"""The test session: one loop for all tests that run in this process, chosen with --loop."""

from __future__ import annotations

import gc
import importlib.util
import signal

import pytest
from support import Leftovers, run_interpreter, script_path


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--loop", choices=("engine", "asyncio", "uvloop"), default="asyncio", help="the loop")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "once: the same whatever --loop is; `make test` runs it with one of them")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("once") and "loop_name" in item.fixturenames:
            raise pytest.UsageError(f"{item.nodeid}: asks for the loop, so once is not enough")


def pytest_report_header(config: pytest.Config) -> str:
    return f"hub: aiohub on {config.getoption('loop')}"


def pytest_sessionstart(session: pytest.Session) -> None:
    loop = session.config.getoption("loop")
    if loop == "uvloop" and importlib.util.find_spec(loop) is None:
        raise pytest.UsageError(f"--loop {loop}: {loop} is not installed")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell's background job ignores Ctrl-C, and the programs that tests interrupt would inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    import aiohub

    aiohub.install(loop=loop)
    # uvloop makes its signal pipe on the first run; `leak_check` is not to count it.
    import eventlet

    eventlet.sleep(0)


@pytest.fixture(autouse=True, scope="module")
def what_there_is_stays():
    """No collection is to look again at the tests and at what has been reported: some hundred thousand objects."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def loop_name(pytestconfig: pytest.Config) -> str:
    """The loop this session runs on: "engine", "asyncio" or "uvloop"."""
    return pytestconfig.getoption("loop")


@pytest.fixture
def run_script(request, tmp_path):
    """`run_script(code_or_path, *args, timeout=150, env=None, loop=None)`: a program's returncode, stdout and stderr.

    The program (a text, dedented, or a Path) runs in a fresh interpreter with AIOHUB_TEST_LOOP set to *loop*, else the
    session's; the variable is missing in a test that is marked as run once. eventlet's resolver is left out unless
    *env* has {"EVENTLET_NO_GREENDNS": None}: its imports take as long as all others together. Nothing is checked here.
    A program that does not end in time is killed and fails the test.
    """
    sessions = None if request.node.get_closest_marker("once") else request.config.getoption("loop")

    def run(code_or_path, *args, timeout=150, env=None, loop=None):
        program = script_path(code_or_path, tmp_path)
        variables = {"AIOHUB_TEST_LOOP": loop or sessions, "EVENTLET_NO_GREENDNS": "yes", **(env or {})}
        return run_interpreter(program, args, variables, timeout)

    return run


@pytest.fixture
def leak_check():
    """Fails the test if it leaves descriptors, OS threads or tasks behind. A module takes it with `usefixtures`."""
    import eventlet

    import aiohub

    eventlet.sleep(0)  # a loop opens some things when it first runs
    leftovers = Leftovers(aiohub.get_loop())
    yield
    left = leftovers.wait_until_gone(lambda: eventlet.sleep(0.01))
    if left:
        pytest.fail("the test left behind:\n" + "\n".join(left), pytrace=False)
