"""Child processes of an asyncio loop: every scene tells the same on asyncio's loop and on ours."""

import asyncio
import logging
import os
import signal
import sys
import threading

import pytest
from _loop_worlds import LOOPS, play

import aiohub

pytestmark = pytest.mark.once


@pytest.fixture(params=list(LOOPS))
def new_loop(request):
    return LOOPS[request.param]


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def test_exit_status_and_signal(new_loop):
    async def scene():
        plain = await asyncio.create_subprocess_exec(sys.executable, "-c", "raise SystemExit(3)")
        killed = await asyncio.create_subprocess_shell("exec cat", stdin=asyncio.subprocess.PIPE)
        killed.kill()
        return await plain.wait(), await killed.wait()

    assert play(scene, new_loop) == (3, -signal.SIGKILL)


def test_many_at_once(new_loop):
    async def child(number):
        process = await asyncio.create_subprocess_shell(f"read line; exit {number}", stdin=asyncio.subprocess.PIPE)
        await process.communicate(b"go\n")
        return process.returncode

    async def scene():
        return await asyncio.gather(*map(child, range(30)))

    assert play(scene, new_loop) == list(range(30))


def test_a_child_that_somebody_else_has_waited_for(caplog):
    async def scene():
        process = await asyncio.create_subprocess_shell("read line", stdin=asyncio.subprocess.PIPE)
        # No turn of the loop comes between the end of the child and this wait for it.
        process.stdin.transport.get_extra_info("pipe").close()
        os.waitpid(process.pid, 0)
        return await process.wait()

    with caplog.at_level(logging.WARNING, logger="asyncio"):
        assert play(scene, aiohub.new_event_loop) == 255
    assert "exit status already read" in caplog.text


def test_no_thread_and_no_descriptor_is_left():
    async def scene():
        before = descriptors(), threading.active_count()
        process = await asyncio.create_subprocess_exec("cat", stdin=asyncio.subprocess.PIPE)
        during = threading.active_count()
        await process.communicate(b"")
        del process
        await asyncio.sleep(0)
        return before, (descriptors(), during)

    before, after = play(scene, aiohub.new_event_loop)
    assert after == before


def test_a_watcher_of_the_program_is_asked(recwarn):
    if sys.version_info >= (3, 14):
        pytest.skip("asyncio.set_child_watcher is gone")

    class Watcher(asyncio.ThreadedChildWatcher):
        pids = []

        def add_child_handler(self, pid, callback, *args):
            self.pids.append(pid)
            super().add_child_handler(pid, callback, *args)

    async def scene():
        process = await asyncio.create_subprocess_exec("true")
        return await process.wait(), process.pid

    former = asyncio.get_child_watcher()
    asyncio.set_child_watcher(Watcher())
    try:
        code, pid = play(scene, aiohub.new_event_loop)
    finally:
        asyncio.set_child_watcher(former)
    assert (code, Watcher.pids) == (0, [pid])


def test_without_pidfd_the_end_is_seen_all_the_same(monkeypatch):
    def refuse(pid, flags=0):
        raise OSError(1, "Operation not permitted")

    async def scene():
        process = await asyncio.create_subprocess_shell("exit 5")
        return await process.wait()

    monkeypatch.setattr(os, "pidfd_open", refuse)
    assert play(scene, aiohub.new_event_loop) == 5


def test_a_pidfd_that_cannot_be_watched_is_closed(monkeypatch):
    def refuse(self, fd, callback, *args):
        raise OSError(28, "No space left on device")

    async def scene():
        await (await asyncio.create_subprocess_shell("exit 0")).wait()  # what asyncio opens once is open now
        before = descriptors()
        monkeypatch.setattr(aiohub.EventLoop, "_add_reader", refuse)
        process = await asyncio.create_subprocess_shell("exit 5")
        monkeypatch.undo()
        return await process.wait(), descriptors() - before

    assert play(scene, aiohub.new_event_loop) == (5, 0)


def test_the_child_of_a_fork_leaves_its_parents_processes_alone(run_script):
    result = run_script(
        """
        import asyncio, os, signal
        import aiohub

        async def main():
            process = await asyncio.create_subprocess_exec("cat", stdin=asyncio.subprocess.PIPE)
            ended, tell = os.pipe()
            if (child := os.fork()) == 0:
                os.read(ended, 1)  # the parent's process has ended, and been waited for
                own = await asyncio.create_subprocess_shell("exit 7")
                os._exit(0 if (await own.wait(), process.returncode) == (7, None) else 1)
            process.kill()
            code = await process.wait()
            os.write(tell, b".")
            _, status = await asyncio.get_running_loop().run_in_executor(None, os.waitpid, child, 0)
            print(os.waitstatus_to_exitcode(status), code == -signal.SIGKILL)

        aiohub.install(loop="engine")
        aiohub.run(main)
        """
    )
    assert (result.stdout, result.stderr) == ("0 True\n", "")
