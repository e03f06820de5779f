import asyncio
import os
import queue
import socket
import subprocess
import threading
import time

import requests

LOCK = threading.Lock()
JOBS = queue.Queue()


def lookup(host):
    return socket.getaddrinfo(host, 80)


def connect(host):
    return lookup(host)


def normalize(address):
    return socket.getaddrinfo(address, None, flags=socket.AI_NUMERICHOST)


def patient(function):
    return function


class Runner:
    def run(self):
        subprocess.run(["true"])

    @property
    def slow(self):
        time.sleep(1)
        return 1

    async def go(self):
        self.run()  # want AH608 "`self.run..` stops the event loop: it leads to `subprocess.run` .a.py:33."
        await asyncio.to_thread(self.run)
        await asyncio.get_running_loop().run_in_executor(None, self.run)
        await asyncio.get_running_loop().run_in_executor(None, lambda: self.run())
        threading.Thread(target=self.run).start()


async def main(host):
    time.sleep(1)  # want AH608 "`time.sleep` stops the event loop until it returns"
    requests.get(host)  # want AH608 "`requests.get` stops the event loop until it returns"
    connect(host)  # want AH608 "`connect.host.` stops the event loop: it leads to `socket.getaddrinfo` .a.py:16. in `lookup`"
    JOBS.get()  # want AH608 "`queue.Queue.get` stops the event loop until it returns"
    JOBS.get(False)  # possible AH608 "stops the event loop until it returns"
    subprocess.check_output(["true"])  # want AH608 "`subprocess.check_output` stops the event loop until it returns"
    os.system("true")  # want AH608 "`os.system` stops the event loop until it returns"
    with LOCK:  # possible AH608 "`threading.Lock.__enter__` stops the event loop until it returns"
        pass
    await asyncio.sleep(1)
    normalize(host)
    (lambda: time.sleep(2))()  # want AH608 "stops the event loop: it leads to `time.sleep`"

    def inner():
        time.sleep(3)

    await asyncio.to_thread(inner)
    inner()  # want AH608 "stops the event loop: it leads to `time.sleep`"


def plain():
    time.sleep(1)
