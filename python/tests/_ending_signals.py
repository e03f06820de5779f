"""The start of the programs of promise 18's tests: a `Sender` has a child process send a signal to this, idle, one.

The child first waits until the receiver sleeps in the kernel (state S with no processor time used for a while), so
the hub is idle and only the signal can wake it. That nothing else is scheduled is what each program takes care of.
"""

PRELUDE = '''
import asyncio, os, signal, subprocess, sys
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=os.environ.get("AIOHUB_TEST_PATCH") == "1")
import eventlet
from eventlet import patcher
from eventlet.event import Event
from eventlet.hubs import get_hub

SENDER = """
import os, sys, time

pid, number, times = map(int, sys.argv[1:])

def used():
    with open("/proc/%d/stat" % pid) as file:
        fields = file.read().rpartition(")")[2].split()
    return fields[0], fields[11], fields[12]

for _ in range(times):
    sys.stdin.readline()
    quiet = 0
    before = None
    while quiet < 5:
        time.sleep(0.005)
        now = used()
        quiet = quiet + 1 if now == before and now[0] == "S" else 0
        before = now
    os.kill(pid, number)
"""

real_subprocess = patcher.original("subprocess")


class Sender:
    """Sends *number* to this process, once for each `when_idle()`."""

    def __init__(self, number, times):
        arguments = [sys.executable, "-c", SENDER, str(os.getpid()), str(int(number)), str(times)]
        self.process = real_subprocess.Popen(arguments, stdin=real_subprocess.PIPE)

    def when_idle(self):
        # os.write of the unpatched module would do as well: a pipe with room never blocks.
        self.process.stdin.write(b"\\n")
        self.process.stdin.flush()
'''


def program(text):
    """The text of a program that starts with the prelude; *text* must not be indented."""
    return PRELUDE + text
