"""Promise 24: after a fork each process hears its own signals, promptly, and none of the other's."""

import pytest

PROGRAM = """
import os, signal, sys

patched, kind, where = sys.argv[1:]
import eventlet
if patched == "patched":
    eventlet.monkey_patch()
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])

heard, woken = [], eventlet.Event()
eventlet.sleep(0)
loop = aiohub.get_loop()

def hear(*_):
    heard.append("signal")
    if not woken.ready():
        woken.send()

def listen():
    if kind == "loop":
        loop.add_signal_handler(signal.SIGUSR1, hear)
    else:
        signal.signal(signal.SIGUSR1, hear)

def raised_here():
    global woken
    woken = eventlet.Event()
    os.kill(os.getpid(), signal.SIGUSR1)
    with eventlet.Timeout(60):  # the loop is idle: what wakes it is the signal
        woken.wait()
    for _ in range(5):
        eventlet.sleep(0.002)
    assert heard == ["signal"], heard
    heard.clear()

def passes(reader, writer):
    os.write(writer, b"x")
    eventlet.hubs.trampoline(reader, read=True)
    assert os.read(reader, 1) == b"x"
    for _ in range(5):
        eventlet.sleep(0.002)
    assert heard == [], heard

def main():
    listen()
    eventlet.sleep(0.002)
    (to_child_r, to_child_w), (to_parent_r, to_parent_w) = os.pipe(), os.pipe()
    pid = os.fork()
    if not pid:
        try:
            raised_here()
            passes(to_child_r, to_parent_w)  # in the parent, nothing has been heard
            passes(to_child_r, to_parent_w)  # in the parent, its own signal has been heard
            os._exit(0)
        except BaseException:
            import traceback
            traceback.print_exc()
        finally:
            os._exit(1)
    passes(to_parent_r, to_child_w)
    raised_here()
    passes(to_parent_r, to_child_w)
    assert os.waitpid(pid, 0)[1] == 0
    print("done")

if where == "main":
    main()
elif where == "green thread":
    eventlet.spawn(main).wait()
else:
    async def coroutine():
        main()
    aiohub.wait(coroutine())
"""


@pytest.mark.parametrize("where", ["main", "green thread", "coroutine"])
@pytest.mark.parametrize("kind", ["loop", "python"])
@pytest.mark.parametrize("patched", ["patched", "plain"])
def test_promise_24_each_process_hears_its_own_signals(run_script, patched, kind, where):
    result = run_script(PROGRAM, patched, kind, where, timeout=120)
    assert (result.stdout, result.returncode) == ("done\n", 0), result.stderr
