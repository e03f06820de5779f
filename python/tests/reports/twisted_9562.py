"""twisted/twisted#9562: a daemon, that has forked twice since its loop was made, never hears that its children ended.

prints: daemon: subprocess 3, green 4
"""

from _start import start

start()
import asyncio
import os
import subprocess
import sys

import aiohub
import eventlet

eventlet.sleep(0)


async def child() -> int:
    process = await asyncio.create_subprocess_exec("sh", "-c", "exit 3")
    return await process.wait()


aiohub.wait(child())
reading, writing = os.pipe()
pid = os.fork()
if pid == 0:
    os.setsid()
    if os.fork() == 0:
        text = f"daemon: subprocess {aiohub.wait(child())}, green {subprocess.call(['sh', '-c', 'exit 4'])}"
        os.write(writing, text.encode())
        os._exit(0)
    sys.exit()
os.close(writing)
os.waitpid(pid, 0)
print(os.read(reading, 100).decode())
