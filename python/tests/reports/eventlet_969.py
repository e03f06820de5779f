"""eventlet/eventlet#969 and #546: an RLock that was made before patching, logging's for one, stops the whole OS thread.

prints: ['first in', 'first out', 'second in', 'second out']
prints: logged by both
"""

import logging
import threading

from _start import start

lock = threading.RLock()
stream: list[str] = []
start()
import eventlet


class Slow(logging.Handler):
    def emit(self, record) -> None:
        eventlet.sleep(0.001)
        stream.append(record.getMessage())


seen = []


def hold(name: str) -> None:
    with lock:
        seen.append(f"{name} in")
        eventlet.sleep(0.001)
        seen.append(f"{name} out")


threads = [eventlet.spawn(hold, "first"), eventlet.spawn(hold, "second")]
for thread in threads:
    thread.wait()
print(seen)
logger = logging.getLogger("report")
logger.addHandler(Slow())
for thread in [eventlet.spawn(logger.error, "one"), eventlet.spawn(logger.error, "two")]:
    thread.wait()
print("logged by both" if stream == ["one", "two"] else stream)
