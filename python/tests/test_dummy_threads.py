"""The end of a dummy Thread takes the lock that the threading module's other functions take."""

import pytest

# CPython 3.14's threading module has this, 3.13's without the default, older ones have none of it.
LIKE_3_14 = """
import os
import threading

if not hasattr(threading, "_DeleteDummyThreadOnDel") or not threading._DeleteDummyThreadOnDel.__del__.__defaults__:
    class End:
        def __del__(self, lock=threading._active_limbo_lock, active=threading._active):
            pass

    threading._DeleteDummyThreadOnDel = End

import aiohub
import eventlet

before = type(threading._active_limbo_lock)
"""
INSTALL = 'aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])\n'
PATCH = "eventlet.monkey_patch()\n"
COMPARE = """
assert type(threading._active_limbo_lock) is not before
assert threading._DeleteDummyThreadOnDel.__del__.__defaults__[0] is threading._active_limbo_lock
"""


@pytest.mark.parametrize("order", [INSTALL + PATCH, PATCH + INSTALL], ids=["installed first", "patched first"])
def test_monkey_patching_replaces_both_names_of_the_lock(run_script, order):
    # eventlet says nothing of locks to a test.
    result = run_script(LIKE_3_14 + order + COMPARE, env={"PYTEST_CURRENT_TEST": None})
    assert result.returncode == 0, result.stderr
    if order.startswith(INSTALL):
        assert "not greened" not in result.stderr
