"""itamarst/crochet#1: a loop in an OS thread that is not the main one never hears that a child process ended.

prints: [0, 1, 2]
"""

from _start import start

start()
import asyncio

import aiohub
import eventlet
from eventlet import patcher

threading = patcher.original("threading")
codes = []


async def child(code: int) -> int:
    process = await asyncio.create_subprocess_exec("sh", "-c", f"exit {code}")
    return await process.wait()


def in_a_thread() -> None:
    for code in range(3):
        codes.append(aiohub.wait(child(code)))


thread = threading.Thread(target=in_a_thread)
thread.start()
while thread.is_alive():
    eventlet.sleep(0.001)
print(codes)
