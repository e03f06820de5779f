"""eventlet/eventlet#405: the number of a closed socket comes back from `accept`, and its reader is taken for a second.

prints: former reader: told
prints: new connection b'again'
"""

from _start import start

start()
import os

import eventlet

listener = eventlet.listen(("127.0.0.1", 0))
first = eventlet.connect(listener.getsockname())
served, _ = listener.accept()
number = served.fileno()


def read() -> str:
    try:
        return repr(served.recv(10))
    except (OSError, EOFError):
        return "told"


former = eventlet.spawn(read)
eventlet.sleep(0)
os.close(number)
served.fd.detach()
second = eventlet.connect(listener.getsockname())
while True:
    connection, _ = listener.accept()
    if connection.fileno() == number:
        break
    second = eventlet.connect(listener.getsockname())
print("former reader:", former.wait())
reader = eventlet.spawn(connection.recv, 10)
eventlet.sleep(0)
second.sendall(b"again")
print("new connection", reader.wait())
