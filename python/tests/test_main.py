"""`python -m aiohub` runs a program as the `python` command does, but on aiohub's hub."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

LIMIT_S = 150

SHOW = """
import json, sys
import eventlet
from eventlet import hubs, patcher
import aiohub

eventlet.sleep(0)
print(json.dumps({
    "argv": sys.argv,
    "path": sys.path[0],
    "name": __name__,
    "main": sys.modules["__main__"].__dict__ is globals(),
    "hub": type(hubs.get_hub()).__module__,
    "loop": type(aiohub.get_loop()).__module__,
    "patched": patcher.is_monkey_patched("socket"),
}))
"""


@pytest.fixture
def place(tmp_path):
    """Where the programs are, which is not where they are started."""
    where = tmp_path / "place"
    where.mkdir()
    return where


@pytest.fixture
def run(tmp_path, loop_name):
    def run(*args, loop=loop_name, env=None):
        options = ["--loop", loop] if loop else []
        return subprocess.run(
            [sys.executable, "-m", "aiohub", *options, *map(str, args)],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            cwd=tmp_path,
            env={**os.environ, **(env or {})},
        )

    return run


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))
    return path


def shown(done):
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def on_loop(seen, loop_name):
    package = {"engine": "aiohub"}.get(loop_name, loop_name)
    return seen["hub"] == "aiohub.hub" and seen["loop"].partition(".")[0] == package


def test_script_runs_on_the_hub_patched(run, place, loop_name):
    seen = shown(run(write(place / "program.py", SHOW)))
    assert on_loop(seen, loop_name)
    assert seen["patched"]
    assert seen["name"] == "__main__" and seen["main"]


def test_script_gets_its_arguments_and_path_as_from_python(run, place):
    script = write(place / "program.py", SHOW)
    args = ["--loop", "nonsense", "-m", "x", "--no-patch", "--", "-h"]
    seen = shown(run(script, *args))
    assert seen["argv"] == [str(script), *args]
    assert seen["path"] == str(place)


def test_script_behind_a_link_finds_its_neighbours(run, place, tmp_path):
    (tmp_path / "link.py").symlink_to(write(place / "program.py", SHOW))
    assert shown(run("link.py"))["path"] == str(place)


def test_directory_with_a_main(run, place):
    write(place / "__main__.py", SHOW)
    seen = shown(run(place, "a"))
    assert seen["path"] == str(place)
    assert seen["argv"] == [str(place), "a"]


def test_module_runs_on_the_hub_patched(run, tmp_path, loop_name):
    module = write(tmp_path / "package" / "module.py", SHOW)
    args = ["--loop", "nonsense", "-m", "-h"]
    seen = shown(run("-m", "package.module", *args))
    assert on_loop(seen, loop_name)
    assert seen["patched"]
    assert seen["name"] == "__main__" and seen["main"]
    assert seen["argv"] == [str(module), *args]
    assert seen["path"] == str(tmp_path)


def test_package_runs_its_main(run, tmp_path):
    write(tmp_path / "package" / "__init__.py", "")
    main = write(tmp_path / "package" / "__main__.py", SHOW)
    assert shown(run("-m", "package", "a"))["argv"] == [str(main), "a"]


def test_no_patch_leaves_the_library_alone(run, place, loop_name):
    seen = shown(run("--no-patch", write(place / "program.py", SHOW)))
    assert on_loop(seen, loop_name)
    assert not seen["patched"]


def test_loop_comes_from_the_variable(run, place, loop_name):
    script = write(place / "program.py", SHOW)
    assert on_loop(shown(run(script, loop=None, env={"AIOHUB_LOOP": loop_name})), loop_name)


def test_both_worlds_in_an_unmodified_program(run, place):
    script = write(
        place / "program.py",
        """
        import time
        import eventlet
        eventlet.monkey_patch()
        import asyncio

        async def answer(event):
            time.sleep(0.001)  # blocks straight in a coroutine
            event.set()
            return 42

        def program():
            # The coroutine waits for the other green thread: both have to run while this one is in asyncio.run.
            return asyncio.run(both())

        async def both():
            event = asyncio.Event()
            loop = asyncio.get_running_loop()
            other = eventlet.spawn(lambda: asyncio.run_coroutine_threadsafe(answer(event), loop))
            await event.wait()
            return (await other).result()

        print(eventlet.spawn(program).wait())
        """,
    )
    done = run(script)
    assert (done.stdout, done.stderr, done.returncode) == ("42\n", "", 0)


@pytest.mark.parametrize(
    ("end", "code", "last_line"),
    [
        ("raise SystemExit(7)", 7, ""),
        ("raise SystemExit('gone')", 1, "gone"),
        ("eventlet.spawn(exit, 5).wait()", 5, ""),
        ("1 / 0", 1, "ZeroDivisionError: division by zero"),
        ("import missing_thing", 1, "ModuleNotFoundError: No module named 'missing_thing'"),
    ],
)
@pytest.mark.parametrize("way", ["script", "module"])
def test_exit_code_is_the_programs(run, tmp_path, way, end, code, last_line):
    script = write(tmp_path / "program.py", f"import eventlet\n{end}\n")
    done = run(script) if way == "script" else run("-m", "program")
    assert done.returncode == code
    assert (done.stderr.splitlines() or [""])[-1] == last_line


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "no program given"),
        (["-m"], "no program given"),
        (["missing.py"], "missing.py: no such file"),
        (["-m", "missing"], "-m missing: no such module"),
        (["-m", "missing.below"], "-m missing.below: no such module"),
        (["-m", "email"], "-m email: no such module, or a package without __main__"),
        (["--nonsense", "program.py"], "--nonsense"),
        (["--loop", "nonsense", "program.py"], "--loop='nonsense': unknown loop"),
    ],
)
def test_mistakes_are_named(run, tmp_path, args, message):
    write(tmp_path / "program.py", "print('ran')")
    done = run(*args, loop=None)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("aiohub: error: ")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_the_options(run):
    done = run("--help", loop=None)
    assert done.returncode == 0
    for word in ("--loop", "--no-patch", "-m", "script.py"):
        assert word in done.stdout
