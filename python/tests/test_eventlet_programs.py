"""Promise 31: a program that knows eventlet only runs on this hub as on any other.

`make peers` runs eventlet's own test-suite. This is the short form: what a hub is for, under EVENTLET_HUB=aiohub.hub.
"""

import pytest

PROGRAM = """
import eventlet
from eventlet import debug, event, greenpool, hubs, queue, semaphore, timeout, tpool, wsgi
from eventlet.green import os, select, socket, time

hub = hubs.get_hub()
assert type(hub).__module__ == "aiohub.hub", type(hub)

# Green threads, their results and their ends.
assert eventlet.spawn(lambda: 42).wait() == 42
debug.hub_exceptions(False)
try:
    eventlet.spawn(lambda: 1 / 0).wait()
except ZeroDivisionError:
    pass
debug.hub_exceptions(True)
killed = eventlet.spawn(eventlet.sleep, 60)
eventlet.sleep(0)
killed.kill()
try:
    killed.wait()
except eventlet.greenlet.GreenletExit:
    pass

# Timers.
order = []
hub.schedule_call_global(0.002, order.append, 3)
hub.schedule_call_global(0.001, order.append, 1)
hub.schedule_call_global(0.001, order.append, 2)
while len(order) < 3:
    eventlet.sleep(0.001)
assert order == [1, 2, 3], order
with timeout.Timeout(0.001, False):
    eventlet.sleep(60)
assert eventlet.with_timeout(0.001, eventlet.sleep, 60, timeout_value="late") == "late"

# Primitives.
done = event.Event()
eventlet.spawn(done.send, "sent")
assert done.wait() == "sent"
items = queue.Queue(1)
eventlet.spawn(lambda: [items.put(n) for n in range(5)])
assert [items.get() for _ in range(5)] == [0, 1, 2, 3, 4]
permits = semaphore.Semaphore(0)
eventlet.spawn(permits.release)
permits.acquire()
pool = greenpool.GreenPool(3)
assert list(pool.imap(lambda n: n * n, range(5))) == [0, 1, 4, 9, 16]
pile = greenpool.GreenPile(2)
for n in range(3):
    pile.spawn(lambda n: n, n)
assert list(pile) == [0, 1, 2]

# Descriptors.
listener = eventlet.listen(("127.0.0.1", 0))

def echo(sock, _):
    data = sock.recv(100)
    while data:
        sock.sendall(data)
        data = sock.recv(100)

server = eventlet.spawn(eventlet.serve, listener, echo)
client = eventlet.connect(listener.getsockname())
for n in range(10):
    client.sendall(b"%d" % n)
    assert client.recv(100) == b"%d" % n
assert select.select([client], [client], [], 1)[1] == [client]
assert select.select([client], [], [], 0.001) == ([], [], [])
client.settimeout(0.001)
try:
    client.recv(1)
except socket.timeout:
    pass
client.close()
server.kill()

# A web server, asked over a real connection.
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]

web = eventlet.listen(("127.0.0.1", 0))
serving = eventlet.spawn(wsgi.server, web, application, log_output=False)
client = eventlet.connect(web.getsockname())
client.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
answer = b""
while True:
    data = client.recv(1000)
    if not data:
        break
    answer += data
assert answer.endswith(b"hello"), answer
serving.kill()

# OS threads.
import threading
assert tpool.execute(threading.get_ident) != threading.get_ident()
proxy = tpool.Proxy([3, 1, 2])
proxy.sort()
assert list(proxy) == [1, 2, 3]
tpool.killall()

# It ends, and begins again.
hub.abort(wait=True)
assert not hub.running
eventlet.sleep(0)
assert hub.running
print("done")
"""


@pytest.mark.parametrize("spec", ["aiohub.hub", "aiohub.hub:Hub"])
@pytest.mark.parametrize("patched", [False, True])
def test_promise_31_an_eventlet_program_runs_under_eventlet_hub(run_script, loop_name, spec, patched):
    program = ("import eventlet\neventlet.monkey_patch()\n" if patched else "") + PROGRAM
    result = run_script(program, env={"EVENTLET_HUB": spec, "AIOHUB_LOOP": loop_name, "PYTHONWARNINGS": "ignore"})
    assert result.stderr == ""
    assert (result.stdout, result.returncode) == ("done\n", 0)


def test_promise_31_every_os_thread_gets_the_hub(run_script, loop_name):
    result = run_script(
        """
        import threading
        import eventlet
        from eventlet import hubs

        kinds = []

        def work():
            eventlet.sleep(0)
            kinds.append(type(hubs.get_hub()).__module__)

        work()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        print(kinds)
        """,
        env={"EVENTLET_HUB": "aiohub.hub", "AIOHUB_LOOP": loop_name, "PYTHONWARNINGS": "ignore"},
    )
    assert (result.stdout, result.stderr) == ("['aiohub.hub', 'aiohub.hub']\n", "")
