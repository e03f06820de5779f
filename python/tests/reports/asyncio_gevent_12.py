"""gfmio/asyncio-gevent#12: a loop that runs for ever in a patched thread, beside `asyncio.run` in the main one.

prints: threads' 1
prints: main's 2
prints: ended True
"""

from _start import start

start()
import asyncio
import threading

ready = threading.Event()
loops = []


def serve() -> None:
    loop = asyncio.new_event_loop()
    loops.append(loop)
    loop.call_soon(ready.set)
    loop.run_forever()
    loop.close()


async def later(value: int) -> int:
    await asyncio.sleep(0.001)
    return value


async def main() -> int:
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(later(1), loops[0]))


thread = threading.Thread(target=serve)
thread.start()
ready.wait()
print("threads'", asyncio.run(main()))
print("main's", asyncio.run(later(2)))
loops[0].call_soon_threadsafe(loops[0].stop)
thread.join()
print("ended", loops[0].is_closed())
