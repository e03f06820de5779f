"""aiomysql: a pool, transactions, a row that is locked, called by green threads and coroutines."""
# family: databases
# libraries: aiomysql
# servers: mariadb

import eventlet

eventlet.monkey_patch()

import asyncio
from urllib.parse import urlsplit

import aiomysql
from support import others_run, unique, url, wait

place = urlsplit(url("mariadb"))
table = unique("account")


async def main():
    pool = await aiomysql.create_pool(
        host=place.hostname,
        port=place.port,
        user=place.username,
        password=place.password,
        db=place.path[1:],
        minsize=2,
        maxsize=5,
    )

    async def execute(statement, *args):
        async with pool.acquire() as connection, connection.cursor() as cursor:
            await cursor.execute(statement, args)
            await connection.commit()
            return await cursor.fetchall()

    async def add(amount):
        async with pool.acquire() as connection, connection.cursor() as cursor:
            await connection.begin()
            await cursor.execute(f"SELECT balance FROM {table} FOR UPDATE")
            (balance,) = await cursor.fetchone()
            await cursor.execute("SELECT sleep(0.2)")
            await cursor.execute(f"UPDATE {table} SET balance = %s", (balance + amount,))
            await connection.commit()

    await execute(f"CREATE TABLE {table} (balance int) ENGINE=InnoDB")
    await execute(f"INSERT INTO {table} VALUES (0)")
    with others_run("transactions"):
        await asyncio.gather(*map(add, range(5)))
    print(await execute(f"SELECT balance FROM {table}"))
    try:
        await asyncio.wait_for(execute("SELECT sleep(60)"), 0.2)
    except asyncio.TimeoutError:
        print("too late")
    await execute(f"DROP TABLE {table}")
    pool.close()
    await pool.wait_closed()


wait(main())

# prints:
# ((10,),)
# too late
