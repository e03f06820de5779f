import http.client
import sqlite3
import threading

import requests

DB = sqlite3.connect("x")


class Poller:
    def __init__(self):
        self.http = http.client.HTTPConnection("x")
        self.session = requests.Session()
        self.own = None
        self.lock = threading.Lock()
        self.kept = sqlite3.connect("y")

    def start(self):
        threading.Thread(target=self._poll).start()
        threading.Thread(target=self._watch).start()

    def _poll(self):
        self.http.request("GET", "/")  # want AH712 "`self.http` is a `http.client.HTTPConnection`, which one task may use at a time"
        self.session.get("x")  # possible AH712 "`self.session` is a `requests.Session`"
        DB.execute("x")  # want AH712 "`DB` is a `sqlite3.connect`"
        with self.lock:
            self.kept.execute("x")
        mine = sqlite3.connect("z")
        mine.execute("x")

    def _watch(self):
        self.http.request("GET", "/x")  # want AH712 "`self.http`"
        self.session.get("x")  # possible AH712 "`self.session`"
        DB.commit()  # want AH712 "`DB` is a"
        with self.lock:
            self.kept.execute("x")
