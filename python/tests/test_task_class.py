"""The class asyncio.Task, however a program came by it before the hub was made: its tasks may block."""

import pytest

PROGRAM = """
import asyncio, os
from asyncio import Task

class Plain(Task):
    pass

class Named(asyncio.tasks.Task):
    def __init__(self, label, coro, **options):
        super().__init__(coro, **options)
        self.label = label

class Slotted(Task):
    __slots__ = ("more",)

class Deeper(Named):
    pass

import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
import eventlet

async def blocks():
    eventlet.sleep(0.001)
    return asyncio.current_task() is not None

async def main():
    task = MAKE
    print(await task, isinstance(task, asyncio.Task), isinstance(task, Task), type(task).__name__)

aiohub.run(main())
"""


@pytest.mark.parametrize(
    ("make", "name"),
    [
        ("Task(blocks())", "Task"),
        ("Task(coro=blocks(), name='x')", "Task"),
        ("Plain(blocks(), loop=asyncio.get_running_loop())", "Plain"),
        ("Plain(coro=blocks())", "Plain"),
        ("Named('label', blocks())", "Named"),
        ("Slotted(blocks())", "Slotted"),
        ("Deeper('label', blocks())", "Deeper"),
    ],
)
def test_promise_05_in_a_task_of_a_class_bound_before_the_hub(make, name, run_script):
    result = run_script(PROGRAM.replace("MAKE", make))
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"True True True {name}\n"


def test_a_class_that_is_kept_elsewhere_says_so(run_script):
    result = run_script(
        PROGRAM.replace("import aiohub", "kept = [Task]\nimport aiohub").replace("MAKE", "kept[0](blocks())")
    )
    assert "BlockingInLoopError" in result.stderr
    assert "look asyncio.Task up at the call" in result.stderr


def test_a_lazy_module_stays_unloaded(run_script, tmp_path):
    (tmp_path / "late.py").write_text("print('loaded')\n")
    result = run_script(
        f"""
        import importlib.util, os, sys
        spec = importlib.util.spec_from_file_location("late", {str(tmp_path / "late.py")!r})
        spec.loader = importlib.util.LazyLoader(spec.loader)
        sys.modules["late"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["late"])
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet
        eventlet.sleep(0)
        print("the hub is there")
        """
    )
    assert (result.stdout, result.returncode) == ("the hub is there\n", 0), result.stderr


def test_what_is_in_sys_modules_need_be_no_module(run_script):
    result = run_script(
        """
        import os, sys, types

        class Library:
            __slots__ = ()
            __class__ = types.ModuleType  # as cffi's libraries have it

        class Proxy:
            def __getattr__(self, name):
                raise RuntimeError(name)

        sys.modules.update(library=Library(), proxy=Proxy(), nothing=None, number=1)
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet
        eventlet.sleep(0)
        print("the hub is there")
        """
    )
    assert (result.stdout, result.returncode) == ("the hub is there\n", 0), result.stderr
