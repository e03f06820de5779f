"""psycopg2: ten connections in ten green threads; errors, a query that is interrupted.

`monkey_patch` replaces psycopg2's wait for the server.
"""
# family: databases
# libraries: psycopg2-binary
# servers: postgresql

import eventlet

eventlet.monkey_patch()

import psycopg2
from support import others_run, url


def count(number):
    with psycopg2.connect(url("postgresql")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT %s * 2, pg_sleep(0.2)", (number,))
        return cursor.fetchone()[0]


with others_run("a query"):
    print(sum(eventlet.GreenPool(10).imap(count, range(10))))

connection = psycopg2.connect(url("postgresql"))
cursor = connection.cursor()
try:
    cursor.execute("SELECT no_such_column")
except psycopg2.errors.UndefinedColumn:
    print("an error of the server")
connection.rollback()
cursor.execute("SELECT pg_backend_pid()")
backend = cursor.fetchone()[0]
with eventlet.Timeout(0.2, False):
    cursor.execute("SELECT pg_sleep(60)")
    print("not interrupted")

other = psycopg2.connect(url("postgresql")).cursor()
other.execute("SELECT pg_terminate_backend(%s)", (backend,))
try:
    cursor.execute("SELECT 1")
except psycopg2.Error:
    print("a connection that was given up is of no use")

# prints:
# 90
# an error of the server
# a connection that was given up is of no use
