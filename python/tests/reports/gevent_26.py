"""gevent/gevent#26: a green thread that reads a socket which another one shuts down and closes waits for ever.

prints: reader: told
prints: the number serves again b'new'
"""

from _start import start

start()
import socket

import eventlet

ours, theirs = socket.socketpair()


def read() -> str:
    try:
        return repr(ours.recv(10))
    except EOFError:
        return "told"


reader = eventlet.spawn(read)
eventlet.sleep(0)
ours.shutdown(socket.SHUT_RDWR)
ours.close()
print("reader:", reader.wait())
theirs.close()
ours, theirs = socket.socketpair()
again = eventlet.spawn(ours.recv, 10)
eventlet.sleep(0)
theirs.sendall(b"new")
print("the number serves again", again.wait())
