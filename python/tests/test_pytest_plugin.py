"""The pytest plugin: sessions of their own, in a process of their own, with pytest itself."""

import os
import re
import subprocess
import sys
import textwrap

import pytest


@pytest.fixture
def session(tmp_path, loop_name):
    """`session(tests, *options, ini="", loop=...)`: what a session printed, and how many tests passed, failed ..."""

    def run(tests, *options, ini="", loop=loop_name):
        (tmp_path / "pytest.ini").write_text("[pytest]\n" + ini)
        (tmp_path / "test_it.py").write_text(PREAMBLE + textwrap.dedent(tests))
        chosen = [f"--aiohub-loop={loop}"] if loop else []
        result = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-p",
                "no:cacheprovider",
                "-W",
                "ignore",
                *chosen,
                *options,
                str(tmp_path),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            cwd=tmp_path,
            env={**os.environ, "PYTEST_ADDOPTS": "", "COLUMNS": "120"},
        )
        text = result.stdout + result.stderr
        return text, {
            word.rstrip("s"): int(count) for count, word in re.findall(r"(\d+) (passed|failed|errors?)\b", text)
        }

    return run


PREAMBLE = """
import asyncio, contextvars, sys
import pytest
"""


def test_async_tests_and_fixtures_may_block(session):
    text, counts = session(
        """
        import aiohub, eventlet
        variable = contextvars.ContextVar("variable")

        @pytest.fixture
        async def number():
            await asyncio.sleep(0)
            eventlet.sleep(0)
            return 7

        @pytest.fixture
        async def service(number, request):
            variable.set("set by the fixture")
            task = asyncio.current_task()
            yield number + 1
            eventlet.sleep(0)
            assert asyncio.current_task() is task
            print("the end of", request.node.name)

        async def test_coroutine(number, service):
            eventlet.sleep(0)
            await asyncio.sleep(0)
            assert (number, service, variable.get()) == (7, 8, "set by the fixture")
            assert asyncio.get_running_loop() is aiohub.get_loop()

        def test_green(service):
            assert eventlet.spawn(lambda: service).wait() == 8

        class TestClass:
            @pytest.fixture
            async def own(self):
                return self

            async def test_method(self, own):
                assert own is self

            @pytest.mark.parametrize("value", [1, 2])
            async def test_values(self, value):
                assert value

        async def test_failure():
            assert "seen" == "as such"
        """,
        "-s",
    )
    assert counts == {"passed": 5, "failed": 1}, text
    assert "the end of test_coroutine" in text
    assert "the end of test_green" in text
    assert "assert 'seen' == 'as such'" in text


def test_what_goes_wrong_in_a_fixture_is_seen(session):
    text, counts = session(
        """
        @pytest.fixture
        async def before():
            raise LookupError("before")
            yield

        @pytest.fixture
        async def after():
            yield
            raise LookupError("after")

        @pytest.fixture
        async def twice():
            yield
            yield

        @pytest.fixture
        async def never():
            if False:
                yield

        def test_before(before): pass
        def test_after(after): pass
        def test_twice(twice): pass
        def test_never(never): pass
        """
    )
    assert counts == {"passed": 2, "error": 4}, text
    for words in ("LookupError: before", "LookupError: after", "has yielded more than once", "has to yield once"):
        assert words in text


def test_nothing_is_done_where_no_loop_is_chosen(session):
    text, counts = session("def test_it(): assert 'eventlet' not in sys.modules", "--aiohub-leaks", loop=None)
    assert counts == {"passed": 1}, text


def test_the_configuration_chooses(session, loop_name):
    text, counts = session(
        """
        import socket
        from eventlet import patcher
        def test_it():
            assert patcher.is_monkey_patched("socket") and socket.socket.__name__ == "GreenSocket"
        """,
        ini=f"aiohub_loop = {loop_name}\naiohub_patch = true\n",
        loop=None,
    )
    assert counts == {"passed": 1}, text
    names = {"engine": "EventLoop", "asyncio": "_UnixSelectorEventLoop", "uvloop": "Loop"}
    assert f", {names[loop_name]}" in text


def test_a_loop_that_there_is_not(session):
    text, _ = session("", ini="aiohub_loop = trio\n", loop=None)
    assert "aiohub_loop = trio: one of auto, engine, asyncio, uvloop is needed" in text


LEAKS = """
import aiohub, eventlet
kept = []

def test_green_thread():
    kept.append(eventlet.spawn(eventlet.sleep, 1000))

def test_task():
    kept.append(aiohub.get_loop().create_task(asyncio.sleep(1000), name="forgotten"))

def test_killed():
    eventlet.spawn(eventlet.sleep, 1000).kill()

async def test_cancelled():
    asyncio.create_task(asyncio.sleep(1000)).cancel()

@pytest.fixture(scope="module")
def service():
    thread = eventlet.spawn(eventlet.sleep, 1000)
    yield
    thread.kill()

@pytest.fixture
def user():
    thread = eventlet.spawn(eventlet.sleep, 1000)
    yield
    thread.kill()

def test_fixture(user): pass
"""


def test_a_test_that_leaves_something_behind_fails(session):
    text, counts = session(LEAKS, "--aiohub-leaks")
    assert counts == {"passed": 5, "error": 2}, text
    assert re.search(r"the test left behind:\n  green thread <GreenThread sleep", text)
    assert "forgotten" in text
    assert session(LEAKS)[1] == {"passed": 5}


@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="pytest-asyncio's Runner of before 3.11 refuses to run in a green thread"
)
def test_what_others_claim_stays_theirs(session):
    pytest.importorskip("pytest_asyncio", reason="pytest-asyncio is not installed")
    text, counts = session(
        """
        import eventlet, pytest_asyncio

        @pytest_asyncio.fixture
        async def theirs():
            yield asyncio.get_running_loop()

        @pytest.mark.asyncio
        async def test_theirs(theirs):
            assert asyncio.get_running_loop() is theirs

        async def test_ours():
            eventlet.sleep(0)

        @pytest.mark.anyio
        async def test_anyio(anyio_backend_name):
            assert anyio_backend_name == "asyncio"

        @pytest.fixture
        def anyio_backend():
            return "asyncio"
        """,
        ini="asyncio_mode = strict\n",
    )
    assert counts == {"passed": 3}, text
