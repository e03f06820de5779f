"""The test session's own helpers find what they are there to find."""

import asyncio
import os
import re
import subprocess
import textwrap
import threading
import time
from pathlib import Path

import pytest
from support import Leftovers

import aiohub


def test_run_script_gives_back_what_the_program_did(run_script, loop_name):
    result = run_script(
        """
            import os, sys
            print(sys.argv[1:], os.environ["AIOHUB_TEST_LOOP"], os.environ["ADDED"], "HOME" in os.environ)
            print("said", file=sys.stderr)
            sys.exit(3)
        """,
        "a",
        1,
        env={"ADDED": "yes", "HOME": None},
    )
    assert result.stdout == f"['a', '1'] {loop_name} yes False\n"
    assert (result.stderr, result.returncode) == ("said\n", 3)


def test_run_script_runs_a_file_on_another_loop(run_script, tmp_path):
    program = tmp_path / "other.py"
    program.write_text('import os; print(os.environ["AIOHUB_TEST_LOOP"])')
    assert run_script(program, loop="other").stdout == "other\n"


@pytest.mark.parametrize("kind", ["itself", "child that holds the output"])
def test_run_script_kills_what_does_not_end(run_script, tmp_path, monkeypatch, kind):
    pids = tmp_path / "pids"
    really_communicate = subprocess.Popen.communicate

    def communicate(process, timeout):
        """Run out of time as soon as the program hangs."""
        if timeout != 150:
            return really_communicate(process, timeout=timeout)
        while not pids.exists():
            time.sleep(0.001)
        raise subprocess.TimeoutExpired(process.args, timeout)

    monkeypatch.setattr(subprocess.Popen, "communicate", communicate)
    with pytest.raises(pytest.fail.Exception, match="still runs after 150 s") as caught:
        run_script(
            """
            import os, signal, sys

            def hang_here():
                with open("pids.new", "w") as file:
                    file.write(str(os.getpid()))
                os.rename("pids.new", "pids")
                signal.pause()

            print("so far", flush=True)
            if sys.argv[1] == "itself" or os.fork() == 0:
                hang_here()
            """,
            kind,
        )
    assert "so far" in str(caught.value)
    if kind == "itself":
        assert "hang_here" in str(caught.value)
    while not is_gone(int(pids.read_text())):  # it has been told to go; the kernel takes a moment
        time.sleep(0.001)


def is_gone(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def test_leftovers_are_found_and_go():
    aiohub.wait(asyncio.sleep(0))  # a loop opens some things when it first runs
    leftovers = Leftovers(aiohub.get_loop())
    assert leftovers.new() == []
    reader, writer = os.pipe()
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="left over")
    thread.start()
    task = aiohub.get_loop().create_task(asyncio.Event().wait(), name="never done")
    try:
        left = leftovers.wait_until_gone(lambda: None, seconds=0)
        assert len(left) == 4
        for part in (f"({reader}, ", f"({writer}, ", "left over", "never done"):
            assert part in "\n".join(left)
    finally:
        os.close(reader)
        os.close(writer)
        end.set()
        thread.join()
        task.cancel()
    assert leftovers.wait_until_gone(lambda: aiohub.wait(asyncio.sleep(0))) == []


@pytest.fixture
def session(request, tmp_path, run_script, loop_name):
    """`session(tests, *options)`: what a session of pytest with this one's conftest says of a module of tests."""

    def run(tests, *options):
        module = tmp_path / "test_module.py"
        module.write_text(textwrap.dedent(tests))
        return run_script(
            """
            import sys
            import pytest

            sys.path.insert(0, sys.argv[1])
            import conftest

            options = ["-q", "-p", "no:cacheprovider", "--noconftest", "-c", "/dev/null"]
            sys.exit(pytest.main([*options, *sys.argv[2:]], plugins=[conftest]))
            """,
            request.path.parent,
            module,
            "--loop",
            loop_name,
            *options,
        )

    return run


def test_leak_check_fails_the_test_that_leaks(session):
    result = session("import os\ndef test_leaks(leak_check): os.pipe()\ndef test_does_not(leak_check): pass\n")
    assert "2 passed, 1 error" in result.stdout, result.stdout + result.stderr
    assert "the test left behind:\ndescriptor: (" in result.stdout


ONCE = """
    import pytest

    @pytest.mark.once
    def test_once(run_script):
        assert run_script("import os; print(os.environ.get('AIOHUB_TEST_LOOP'))").stdout == "None\\n"

    def test_on_each_loop(run_script, loop_name):
        assert run_script("import os; print(os.environ['AIOHUB_TEST_LOOP'])").stdout == f"{loop_name}\\n"
"""


@pytest.mark.parametrize("which", ["once", "not once"])
def test_what_runs_once_does_not_know_the_loop(session, which):
    result = session(ONCE, "-m", which)
    assert "1 passed, 1 deselected" in result.stdout, result.stdout + result.stderr


def test_what_asks_for_the_loop_cannot_run_once(session):
    result = session("import pytest\n@pytest.mark.once\ndef test_once(loop_name): pass\n")
    assert "test_module.py::test_once: asks for the loop, so once is not enough" in result.stdout + result.stderr
    assert result.returncode == pytest.ExitCode.USAGE_ERROR


def test_make_test_runs_both_kinds_on_every_loop():
    """Nothing is lost between the suites."""
    makefile = (Path(__file__).resolve().parents[2] / "Makefile").read_text()
    loops = re.search(r"^LOOPS := (.*)$", makefile, re.MULTILINE)[1].split()
    assert sorted(loops) == ["asyncio", "engine", "uvloop"]
    assert re.search(r"^SUITES := \$\(LOOPS:%=test-%\) test-once ", makefile, re.MULTILINE)
    selected = re.findall(
        r"-m pytest python/tests -m ('not once' --loop \$\*|once --loop engine)$", makefile, re.MULTILINE
    )
    assert len(selected) == 2


@pytest.mark.once
@pytest.mark.parametrize("variable", ["SANITIZED", "WITHOUT_EPOLL"])
def test_suites_of_make_name_files_that_exist(variable):
    root = Path(__file__).resolve().parents[2]
    makefile = (root / "Makefile").read_text().replace("\\\n", " ")
    names = re.sub(r"\$\(.*\)", "", re.search(rf"^{variable} := (.*)$", makefile, re.MULTILINE)[1]).split()
    assert names
    assert [name for name in names if not (root / f"python/tests/test_{name}.py").exists()] == []
