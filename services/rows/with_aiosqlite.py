"""aiosqlite: a long query in an OS thread, with threads left unpatched.

Were threads patched, that of the connection would be a green one, and the query would stop all others.
"""
# family: databases
# libraries: aiosqlite

import eventlet

eventlet.monkey_patch(thread=False)

import asyncio

import aiosqlite
from support import others_run, wait

SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT count(*) FROM n"


async def main():
    async with aiosqlite.connect(":memory:") as connection:
        await connection.execute("CREATE TABLE numbers (number)")
        await asyncio.gather(*[connection.execute("INSERT INTO numbers VALUES (?)", (number,)) for number in range(20)])
        await connection.commit()
        async with connection.execute("SELECT number FROM numbers") as cursor:
            print(sum([number async for (number,) in cursor]))
        with others_run("a long query"):
            async with connection.execute(SLOW) as cursor:
                print(await cursor.fetchone())


wait(main())

# prints:
# 190
# (3000000,)
