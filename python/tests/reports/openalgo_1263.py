"""marketcalls/openalgo#1263 and #1402: loops of services in patched threads, under eventlet, find that "another loop is
running"; green locks that their threads release, woken in another OS thread.

prints: ['service 0', 'service 1']
prints: lock passed on 20 times
"""

from _start import start

start()
import asyncio
import threading

import aiohub

said = []
lock = threading.Lock()
count = 0


async def service(name: str) -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    await reader.read()
    writer.close()
    server.close()
    said.append(name)


def run(name: str) -> None:
    global count
    asyncio.set_event_loop(loop := asyncio.new_event_loop())
    loop.run_until_complete(service(name))
    for _ in range(10):
        with lock:
            before = count
            loop.run_until_complete(asyncio.sleep(0.0005))
            count = before + 1
    loop.close()


threads = [threading.Thread(target=run, args=(f"service {number}",)) for number in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(said))
print("lock passed on", count, "times")
aiohub.wait(asyncio.sleep(0))
