"""eventlet/eventlet#28: a patched subprocess waited for in another OS thread ends in a traceback and a hang.

prints: exit code 1
prints: output b'hello'
prints: main 2
"""

from _start import start

start()
import subprocess

import eventlet
from eventlet import patcher

threading = patcher.original("threading")


def in_a_thread() -> None:
    print("exit code", subprocess.Popen(["sh", "-c", "exit 1"]).wait())
    print("output", subprocess.run(["cat"], input=b"hello", capture_output=True).stdout, flush=True)


thread = threading.Thread(target=in_a_thread)
thread.start()
while thread.is_alive():
    eventlet.sleep(0.001)
print("main", subprocess.call(["sh", "-c", "exit 2"]))
