"""asyncpg: a pool, transactions, notifications and a timeout, called by green threads and coroutines."""
# family: databases
# libraries: asyncpg
# servers: postgresql

import eventlet

eventlet.monkey_patch()

import asyncio

import asyncpg
from support import others_run, unique, url, wait

table = unique("numbers")


async def main():
    pool = await asyncpg.create_pool(url("postgresql"), min_size=2, max_size=5)
    await pool.execute(f"CREATE TABLE {table} (number int)")

    async def insert(number):
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_sleep(0.2)")
            await connection.execute(f"INSERT INTO {table} VALUES ($1)", number**2)

    with others_run("queries through a pool"):
        await asyncio.gather(*map(insert, range(20)))
    print(await pool.fetchval(f"SELECT sum(number) FROM {table}"))

    async with pool.acquire() as connection, connection.transaction():
        print(len([row async for row in connection.cursor(f"SELECT * FROM {table}", prefetch=3)]))

    noticed = asyncio.get_running_loop().create_future()
    async with pool.acquire() as connection:

        def notice(connection, pid, channel, payload):
            noticed.set_result(payload)

        await connection.add_listener("channel", notice)
        await pool.execute("SELECT pg_notify('channel', 'noticed')")
        print(await noticed)
        await connection.remove_listener("channel", notice)
    try:
        await pool.execute("SELECT pg_sleep(60)", timeout=0.2)
    except asyncio.TimeoutError:
        print("too late")
    await pool.execute(f"DROP TABLE {table}")
    await pool.close()


wait(main())

# prints:
# 2470
# 20
# noticed
# too late
