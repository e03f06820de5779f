"""Where aiohub or its engine cannot be had: one class of error, the reason, and the remedy."""

import shutil
from pathlib import Path

import pytest

import aiohub


@pytest.mark.once
def test_faults_the_engine_was_not_built(run_script, tmp_path):
    """Everywhere the same class, with what setup.py has noted."""
    package = tmp_path / "aiohub"
    shutil.copytree(Path(aiohub.__file__).parent, package, ignore=shutil.ignore_patterns("*.so", "_shim"))
    (package / "_without_engine.txt").write_text("built without Go: it was not installed\n")
    result = run_script(
        """
        import aiohub, asyncio

        for use in (
            lambda: aiohub.EventLoop,
            lambda: aiohub.new_event_loop,
            lambda: aiohub.EventLoopPolicy,
            lambda: aiohub.install(loop="engine"),
            lambda: __import__("aiohub.loop"),
        ):
            try:
                use()
            except aiohub.EngineUnavailableError as exc:
                print(isinstance(exc, (ImportError, RuntimeError)), exc)
        aiohub.install()
        print(isinstance(aiohub.get_loop(), asyncio.SelectorEventLoop))
        """,
        env={"PYTHONPATH": str(tmp_path)},
    )
    assert result.returncode == 0, result.stderr
    *lines, last = result.stdout.splitlines()
    assert len(lines) == 5
    for line in lines:
        assert (
            line.startswith("True ") and "built without Go: it was not installed" in line and 'loop="asyncio"' in line
        )
    assert last == "True"


@pytest.mark.once
@pytest.mark.parametrize("forked", [False, True])
def test_faults_a_limit_of_the_address_space(run_script, forked):
    """Go's runtime would end the process: "fatal error: failed to reserve page summary memory"."""
    result = run_script(
        f"""
        import os, resource, sys
        import aiohub

        if {forked}:
            loop = aiohub.new_event_loop()
            if os.fork():
                sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
            make = lambda: (loop.call_soon(loop.stop), loop.run_forever())
        else:
            aiohub.EventLoop
            make = aiohub.new_event_loop
        pages = int(open("/proc/self/statm").read().split()[0])
        used = pages * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (used + (300 << 20), most))
        try:
            make()
        except ImportError as exc:
            print(type(exc).__name__, "ulimit -v" in str(exc), "AIOHUB_ENGINE=0" in str(exc), flush=True)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        make()
        print("made now", flush=True)
        os._exit(0)
        """
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "EngineUnavailableError True True\nmade now\n"


@pytest.mark.once
def test_faults_why_a_child_has_no_engine(run_script):
    """The reason of the system, and the next use tries again."""
    result = run_script(
        """
        import os, resource, sys
        import aiohub

        loop = aiohub.new_event_loop()
        if os.fork():
            sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
        try:
            loop.call_soon(loop.stop)
            loop.run_forever()
        except (ImportError, OSError) as exc:
            print(exc, flush=True)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        loop.call_soon(loop.stop)
        loop.run_forever()
        print("runs", flush=True)
        os._exit(0)
        """
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "the engine cannot be loaded: Too many open files\nruns\n"


@pytest.mark.once
def test_faults_subinterpreters_are_refused(run_script):
    result = run_script(
        '''
        import importlib
        name = "_interpreters" if importlib.util.find_spec("_interpreters") else "_xxsubinterpreters"
        interpreters = importlib.import_module(name)
        made = interpreters.create(*(["legacy"] if name == "_interpreters" else []))
        code = """
        for name in ("aiohub", "aiohub.hub", "aiohub.loop", "aiohub._shim"):
            try:
                __import__(name)
            except ImportError as exc:
                print(name, "subinterpreter" in str(exc), flush=True)
        """
        import textwrap, aiohub
        error = interpreters.run_string(made, textwrap.dedent(code))
        assert error is None, error
        '''
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "".join(
        f"{name} True\n" for name in ("aiohub", "aiohub.hub", "aiohub.loop", "aiohub._shim")
    )


def test_faults_install_beside_gevents_patching(run_script):
    pytest.importorskip("gevent")
    result = run_script(
        """
        from gevent import monkey
        monkey.patch_all()
        import os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        """
    )
    last_line = result.stderr.splitlines()[-1]
    assert last_line.startswith("RuntimeError: gevent has patched ")
    assert "patch_all()" in last_line


def test_faults_a_second_install_with_another_loop(run_script, loop_name):
    """Of a hub that nobody has used: the last one decides, and says so."""
    other = "uvloop" if loop_name == "asyncio" else "asyncio"
    result = run_script(
        f"""
        import os, warnings
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
            print(len(caught))
            aiohub.install(loop={other!r})
        (warning,) = [one for one in caught if issubclass(one.category, RuntimeWarning)]
        print(warning.filename == __file__, warning.message)
        print(type(aiohub.get_loop()).__module__)
        import eventlet
        eventlet.sleep(0)
        try:
            aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        except RuntimeError as exc:
            print(exc)
        """
    )
    assert result.returncode == 0, result.stderr
    none, warning, module, error = result.stdout.splitlines()
    assert none == "0"
    assert warning.startswith("True aiohub.install() was called before") and "loop=" in warning
    assert module.partition(".")[0] == other
    assert "in use" in error and other in error
