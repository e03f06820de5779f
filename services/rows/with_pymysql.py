"""PyMySQL: connections in green threads, transactions, a query that is interrupted."""
# family: databases
# libraries: PyMySQL
# servers: mariadb

import eventlet

eventlet.monkey_patch()

from urllib.parse import urlsplit

import pymysql
from support import others_run, unique, url

place = urlsplit(url("mariadb"))
table = unique("numbers")


def connect():
    return pymysql.connect(
        host=place.hostname, port=place.port, user=place.username, password=place.password, database=place.path[1:]
    )


def insert(number):
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT sleep(0.2)")
        cursor.execute(f"INSERT INTO {table} VALUES (%s)", (number**2,))
        connection.commit()


with connect() as connection, connection.cursor() as cursor:
    cursor.execute(f"CREATE TABLE {table} (number int) ENGINE=InnoDB")
    with others_run("queries"):
        list(eventlet.GreenPool(10).imap(insert, range(20)))
    cursor.execute(f"SELECT sum(number), count(*) FROM {table}")
    print(*map(int, cursor.fetchone()))
    try:
        cursor.execute("SELECT * FROM no_such_table")
    except pymysql.ProgrammingError as exc:
        print("an error of the server", exc.args[0])
    cursor.execute(f"DROP TABLE {table}")

connection = connect()
try:
    with others_run("a query that is interrupted"), eventlet.Timeout(0.3):
        connection.cursor().execute("SELECT sleep(60)")
except eventlet.Timeout:
    print("interrupted")

# prints:
# 2470 20
# an error of the server 1146
# interrupted
