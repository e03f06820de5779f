"""The ways in which a hub waits for descriptors: AIOHUB_POLLER, and waiting without epoll."""

import pytest

pytestmark = pytest.mark.once

WITHOUT_EPOLL = ["poll", "selector"]


@pytest.fixture
def output(run_script):
    """`output(code, poller)`: what a program prints that runs on the stock loop with that poller."""

    def run(code, poller):
        result = run_script(PROLOGUE + code, env={"AIOHUB_POLLER": poller}, loop="asyncio")
        assert (result.returncode, result.stderr) == (0, ""), result.stderr
        return result.stdout

    return run


PROLOGUE = """
import asyncio, os, socket
import aiohub
aiohub.install(loop="asyncio")
import eventlet
from eventlet import hubs
hub = hubs.get_hub()

def printed(text):
    print(text, flush=True)
"""


@pytest.mark.parametrize(("poller", "module"), [("", "epoll"), ("epoll", "epoll"), ("poll", "selector")])
def test_the_variable_chooses_the_poller(output, poller, module):
    assert output("print(type(hub.descriptors.poller).__module__.rpartition('_')[2])", poller) == f"{module}\n"


def test_an_unknown_poller_is_refused(run_script):
    result = run_script("import aiohub\naiohub.install(loop='asyncio')", env={"AIOHUB_POLLER": "kqueue"})
    assert "ValueError: AIOHUB_POLLER=kqueue: unknown poller; one of epoll, poll, selector" in result.stderr


def test_a_loop_without_a_selector_needs_epoll(run_script):
    pytest.importorskip("uvloop")
    result = run_script("import aiohub\naiohub.install(loop='uvloop')", env={"AIOHUB_POLLER": "poll"})
    assert 'RuntimeError: the poller "poll" needs asyncio\'s own loop' in result.stderr


@pytest.mark.parametrize("poller", WITHOUT_EPOLL)
def test_both_worlds_wait_for_one_descriptor(output, poller):
    program = """
ours, theirs = socket.socketpair()
loop = aiohub.get_loop()

def writable():
    loop.remove_writer(ours.fileno())
    printed("asyncio: writable")

def green():
    hubs.trampoline(ours.fileno(), read=True)
    printed("green: readable")

reader = eventlet.spawn(green)
eventlet.sleep(0)
loop.add_writer(ours.fileno(), writable)
eventlet.sleep(0.01)
loop.add_reader(ours.fileno(), lambda: (loop.remove_reader(ours.fileno()), printed("asyncio: readable")))
theirs.send(b"x")
reader.wait()
eventlet.sleep(0.01)
"""
    lines = output(program, poller).splitlines()
    assert lines[0] == "asyncio: writable"
    assert sorted(lines[1:]) == ["asyncio: readable", "green: readable"]


@pytest.mark.parametrize("poller", WITHOUT_EPOLL)
def test_what_one_green_thread_has_taken_wakes_no_other(output, poller):
    """Between the look at the descriptors and the hub's turn another callback has read all there was."""
    program = """
ours, theirs = socket.socketpair()
ours.setblocking(False)
loop = aiohub.get_loop()

def steal():
    # Runs in the turn in which the hub is told, before it.
    global listener
    loop.remove_reader(ours.fileno())
    hub.remove(listener)
    printed(ours.recv(10))
    listener = hub.add(hub.READ, ours.fileno(), receive, None, None)

def receive(_):
    hub.remove(listener)
    printed(ours.recv(10))

listener = hub.add(hub.READ, ours.fileno(), lambda _: printed("never"), None, None)
loop.add_reader(ours.fileno(), steal)
theirs.send(b"first")
eventlet.sleep(0.01)
theirs.send(b"second")
eventlet.sleep(0.01)
"""
    assert output(program, poller) == "b'first'\nb'second'\n"


@pytest.mark.parametrize("poller", WITHOUT_EPOLL)
def test_a_number_that_is_another_file_now_is_waited_for_as_that(output, poller):
    program = """
first, other = socket.socketpair()
second, peer = socket.socketpair()
number = first.fileno()
with eventlet.Timeout(0.01, False):
    hubs.trampoline(number, read=True)
keeps = os.dup(number)  # the kernel keeps the registration of a file that is open elsewhere
os.dup2(second.fileno(), number)
peer.send(b"x")
with eventlet.Timeout(100):
    hubs.trampoline(number, read=True)
printed(os.read(number, 10))
"""
    assert output(program, poller) == "b'x'\n"


@pytest.mark.parametrize("poller", WITHOUT_EPOLL)
def test_a_wait_that_has_been_given_up_does_not_spin(output, poller):
    program = """
ours, theirs = socket.socketpair()
theirs.send(b"x")
turns = 0
hub.remove(hub.add(hub.READ, ours.fileno(), lambda _: printed("never"), None, None))
shared = aiohub.get_loop()._selector
select = shared.select

def counted(timeout=None):
    global turns
    turns += 1
    return select(timeout)

shared.select = counted
eventlet.sleep(0.05)
printed(turns < 10)
"""
    assert output(program, poller) == "True\n"


@pytest.mark.parametrize("poller", WITHOUT_EPOLL)
def test_a_child_waits_in_a_selector_of_its_own(output, poller):
    program = """
ours, theirs = socket.socketpair()
waiting = eventlet.spawn(lambda: (hubs.trampoline(ours.fileno(), read=True), printed("woken"))[1])
eventlet.sleep(0)
if os.fork() == 0:
    theirs.send(b"x")
    waiting.wait()
    os._exit(0)
os.wait()
waiting.wait()
"""
    assert output(program, poller) == "woken\nwoken\n"


@pytest.mark.parametrize("poller", WITHOUT_EPOLL)
def test_a_wait_for_a_file_is_not_over_when_its_number_means_another(output, poller):
    """Closed in C, without a word to the hub, and taken by asyncio, which watches it in the same selector."""
    program = """
import _socket
ours, theirs = socket.socketpair()
number = ours.detach()

def green():
    hubs.trampoline(number, read=True)
    printed("never")

waiting = eventlet.spawn(green)
eventlet.sleep(0)
_socket.close(number)
new, peer = socket.socketpair()
os.dup2(new.fileno(), number)
loop = aiohub.get_loop()
loop.add_reader(number, lambda: (loop.remove_reader(number), printed("asyncio")))
peer.send(b"x")
eventlet.sleep(0.01)
printed(os.read(number, 1))
waiting.kill()
"""
    assert output(program, poller) == "asyncio\nb'x'\n"


def test_a_system_without_epoll(run_script):
    """As on macOS, as far as that can be had here: `select` has no epoll, there is no engine and no pidfd."""
    result = run_script(
        """
        import os, select
        import eventlet
        from eventlet import patcher

        for module in (select, patcher.original("select")):
            for name in [name for name in vars(module) if "epoll" in name.lower()]:
                delattr(module, name)
        del os.pidfd_open
        eventlet.monkey_patch()
        import aiohub
        aiohub.install()
        import asyncio, subprocess

        server = eventlet.listen(("127.0.0.1", 0))

        def serve():
            connection, _ = server.accept()
            connection.sendall(connection.recv(100).upper())
            connection.close()

        async def ask():
            reader, writer = await asyncio.open_connection(*server.getsockname())
            writer.write(b"both worlds")
            answer = await reader.read()
            writer.close()
            return answer

        eventlet.spawn(serve)
        print(aiohub.wait(ask()), type(aiohub.get_loop()).__name__, subprocess.call(["true"]), flush=True)
        if os.fork() == 0:
            eventlet.sleep(0)
            print("child", flush=True)
            os._exit(0)
        os.wait()
        """,
        env={"AIOHUB_ENGINE": "0"},
    )
    assert (result.returncode, result.stdout) == (0, "b'BOTH WORLDS' _UnixSelectorEventLoop 0\nchild\n"), result.stderr
