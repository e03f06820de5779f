"""psycopg: psycopg 3 and its pool in green threads, a COPY, a query that is interrupted.

It waits in C. With eventlet's own hubs `PSYCOPG_WAIT_FUNC=wait_selector` in the environment makes it wait in Python.
"""
# family: databases
# libraries: psycopg, psycopg-binary, psycopg-pool
# servers: postgresql

import eventlet

eventlet.monkey_patch()

import psycopg_pool
from support import others_run, unique, url

table = unique("numbers")


def square(number):
    with pool.connection() as connection:
        connection.execute("SELECT pg_sleep(0.2)")
        connection.execute(f"INSERT INTO {table} VALUES (%s)", (number**2,))


with psycopg_pool.ConnectionPool(url("postgresql"), min_size=2, max_size=5) as pool:
    with pool.connection() as connection:
        connection.execute(f"CREATE TABLE {table} (number int)")
    with others_run("queries through a pool"):
        list(eventlet.GreenPool(20).imap(square, range(20)))
    with pool.connection() as connection:
        print(connection.execute(f"SELECT sum(number) FROM {table}").fetchone()[0])
        with connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
            print(sum(1 for _ in copy.rows()), "rows copied")
    try:
        with pool.connection() as connection:
            connection.execute(f"DROP TABLE {table}")
            raise ValueError("rolled back")
    except ValueError as exc:
        print(exc)
    with pool.connection() as connection:
        print(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        connection.execute(f"DROP TABLE {table}")
    try:
        with pool.connection() as connection, eventlet.Timeout(0.2):
            connection.execute("SELECT pg_sleep(60)")
    except eventlet.Timeout:
        print("interrupted")

# prints:
# 2470
# 20 rows copied
# rolled back
# 20
# interrupted
