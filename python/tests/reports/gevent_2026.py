"""gevent/gevent#2026: each patched thread has a loop of its own, and all but the first find "already running".

prints: [0, 1, 4, 9, 16]
"""

from _start import start

start()
import asyncio
import threading

results = []


async def square(number: int) -> int:
    await asyncio.sleep(0.001)
    return number * number


def run(number: int) -> None:
    loop = asyncio.new_event_loop()
    try:
        results.append(loop.run_until_complete(square(number)))
    finally:
        loop.close()


threads = [threading.Thread(target=run, args=(number,)) for number in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results))
