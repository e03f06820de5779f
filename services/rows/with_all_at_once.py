"""All at once: a WSGI server, aiohttp, PostgreSQL and Redis in one process under load; no errors, memory and
descriptors flat.

Each request of a client goes to the green server, which asks the asynchronous one, which asks the database and the
cache;
other green threads and coroutines use both directly.
"""
# family: all together
# libraries: eventlet, aiohttp, asyncpg, psycopg2-binary, redis, requests
# servers: postgresql, redis
# limit: 150

import eventlet

eventlet.monkey_patch()

import asyncio
import gc
import os
import time
from pathlib import Path

import aiohttp
import asyncpg
import psycopg2
import redis
import redis.asyncio
import requests
from aiohttp import web
from eventlet import wsgi
from support import others_run, unique, url, wait

SECONDS = float(os.environ.get("SERVICES_SECONDS", "10"))
# What allocators and caches take after the first third of the time. A kilobyte lost for each request would be more.
GROWTH_MIB = 12
counts = dict.fromkeys(["green clients", "coroutines", "green queries", "green cache"], 0)
errors = []


def resident_mib():
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def counted(name, work):
    while time.monotonic() < deadline:
        try:
            work()
            counts[name] += 1
        except Exception as exc:
            errors.append(f"{name}: {exc!r}")


async def asynchronous_side(started, over):
    pool = await asyncpg.create_pool(url("postgresql"), min_size=3, max_size=3)
    cache = redis.asyncio.Redis.from_url(url("redis"), max_connections=20)

    async def handle(request):
        number = int(request.match_info["number"])
        square = await pool.fetchval("SELECT $1::int * $1::int", number)
        await cache.set(f"{key}:{number}", square, ex=60)
        return web.json_response({"square": int(await cache.get(f"{key}:{number}"))})

    app = web.Application()
    app.add_routes([web.get("/{number}", handle)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]

    async def client():
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < deadline:
                try:
                    async with session.get(f"http://127.0.0.1:{port}/7") as response:
                        assert (await response.json())["square"] == 49
                    counts["coroutines"] += 1
                except Exception as exc:
                    errors.append(f"coroutines: {exc!r}")

    started.send(port)
    await asyncio.gather(*[client() for _ in range(3)])
    while not over:
        await asyncio.sleep(0.05)
    await runner.cleanup()
    await pool.close()
    await cache.aclose()


async def first_use():
    # Loops open what they keep when they first run and first listen.
    server = await asyncio.start_server(print, "127.0.0.1", 0)
    server.close()
    await server.wait_closed()


wait(first_use())
key = unique("square")
deadline = time.monotonic() + SECONDS
before = descriptors()
started, over = eventlet.Event(), []
side = eventlet.spawn(wait, asynchronous_side(started, over))
port = started.wait()
to_the_other_side = requests.Session()
to_the_other_side.trust_env = False


def application(environ, start_response):
    answer = to_the_other_side.get(f"http://127.0.0.1:{port}{environ['PATH_INFO']}", timeout=30)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [answer.content]


listener = eventlet.listen(("127.0.0.1", 0))
server = eventlet.spawn(wsgi.server, listener, application, log_output=False)
base = "http://127.0.0.1:%d" % listener.getsockname()[1]


def green_client():
    assert requests.get(f"{base}/9", timeout=30).json()["square"] == 81


connection = psycopg2.connect(url("postgresql"))
cache = redis.Redis.from_url(url("redis"))


def query():
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT sum(n) FROM generate_series(1, 100) n")
        assert cursor.fetchone()[0] == 5050


def count_up():
    cache.incr(f"{key}:count")


work = [("green clients", green_client)] * 3 + [("green queries", query), ("green cache", count_up)]
threads = [eventlet.spawn(counted, *each) for each in work]
with others_run("all of it"):
    eventlet.sleep(SECONDS / 3)
    early = resident_mib()
    for thread in threads:
        thread.wait()
late = resident_mib()
over.append(True)
side.wait()
server.kill()
listener.close()
for each in to_the_other_side, connection, cache:
    each.close()
# A transport that was closed gives its descriptor back some turns of the loop later.
with eventlet.Timeout(10, False):
    while descriptors() > before:
        gc.collect()
        eventlet.sleep(0.05)
print("errors:", len(errors), *errors[:3])
print("nobody starves:", min(counts.values()) > 5 * SECONDS)
print("memory is flat:", late - early < GROWTH_MIB or f"{early:.0f} MiB, then {late:.0f}")
print("descriptors left:", max(0, descriptors() - before))

# prints:
# errors: 0
# nobody starves: True
# memory is flat: True
# descriptors left: 0
