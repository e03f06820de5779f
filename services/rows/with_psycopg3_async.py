"""psycopg: the asynchronous side of psycopg 3 and its pool, notifications, a query that is cancelled."""
# family: databases
# libraries: psycopg, psycopg-binary, psycopg-pool
# servers: postgresql

import eventlet

eventlet.monkey_patch()

import asyncio

import psycopg
import psycopg_pool
from support import others_run, unique, url, wait

channel = unique("channel")


async def listen(subscribed):
    async with await psycopg.AsyncConnection.connect(url("postgresql"), autocommit=True) as connection:
        await connection.execute(f"LISTEN {channel}")
        subscribed.set()
        async for note in connection.notifies():
            return note.payload


async def main():
    async with psycopg_pool.AsyncConnectionPool(url("postgresql"), min_size=2, max_size=5, open=False) as pool:

        async def square(number):
            async with pool.connection() as connection:
                cursor = await connection.execute("SELECT %s * %s, pg_sleep(0.2)", (number, number))
                return (await cursor.fetchone())[0]

        with others_run("queries through a pool"):
            print(sum(await asyncio.gather(*map(square, range(20)))))

        subscribed = asyncio.Event()
        listener = asyncio.ensure_future(listen(subscribed))
        await subscribed.wait()
        async with pool.connection() as connection:
            await connection.execute(f"NOTIFY {channel}, 'noticed'")
        print(await listener)

        async def too_long():
            async with pool.connection() as connection:
                await connection.execute("SELECT pg_sleep(60)")

        try:
            await asyncio.wait_for(too_long(), 0.2)
        except asyncio.TimeoutError:
            print("too late")
        async with pool.connection() as connection, connection.pipeline():
            cursors = [await connection.execute("SELECT %s", (number,)) for number in range(3)]
            print([(await cursor.fetchone())[0] for cursor in cursors])


wait(main())

# prints:
# 2470
# noticed
# too late
# [0, 1, 2]
