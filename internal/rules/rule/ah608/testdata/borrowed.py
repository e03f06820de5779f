import pymysql
import requests


class Cache:
    def __init__(self):
        self.entries = {}

    def put(self, key, value):
        self.entries[key] = value

    def get(self, key):
        return self.entries[key]

    def take(self, key):
        return self.entries.pop(key)


sessions = Cache()
answers = Cache()


def open_session():
    sessions.put("one", requests.Session())


async def read(key):
    answers.get(key).get("subscription")  # possible AH608 "`requests.Session.get` stops the event loop"
    answers.take(key).get("subscription")  # possible AH608 "`requests.Session.get` stops the event loop"
    requests.Session().get("http://localhost")  # want AH608 "`requests.Session.get` stops the event loop"


class Wrapper:
    def __init__(self):
        self.conn = pymysql.connect()

    async def run(self):
        self.conn.ping()  # want AH608 "`pymysql.connections.Connection.ping` stops the event loop"
        self.conn.stale()
        self.conn.conn.stale()
        self.conn.get_server_info()


class Migration:
    def __init__(self, session: requests.Session):
        self.session = session

    async def keys(self):
        found = self.session.get("http://localhost")  # possible AH608 "`requests.Session.get` stops the event loop"
        async for key in found:
            print(key)

    async def values(self):
        self.session.get("http://localhost")  # possible AH608 "`requests.Session.get` stops the event loop"
        await self.session.head("http://localhost")

    async def both(self):
        self.session.get("http://localhost")  # want AH608 "`requests.Session.get` stops the event loop"
