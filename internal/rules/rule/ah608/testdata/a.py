import asyncio
import concurrent.futures
import os
import queue
import socket
import subprocess
import threading
import time
import urllib.request

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
        self.run()  # want AH608 "`self.run..` stops the event loop: it leads to `subprocess.run` .a.py:35."
        await asyncio.to_thread(self.run)
        await asyncio.get_running_loop().run_in_executor(None, self.run)
        await asyncio.get_running_loop().run_in_executor(None, lambda: self.run())
        threading.Thread(target=self.run).start()


async def main(host):
    time.sleep(1)  # want AH608 "`time.sleep` stops the event loop until it returns"
    requests.get(host)  # want AH608 "`requests.get` stops the event loop until it returns"
    connect(host)  # want AH608 "`connect.host.` stops the event loop: it leads to `socket.getaddrinfo` .a.py:18. in `lookup`"
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


def parse(text):
    if not text.startswith("data:"):
        raise ValueError(text)
    with urllib.request.urlopen(text) as answer:
        return answer.read()


def load(url):
    if url.startswith("http:"):
        return urllib.request.urlopen(url)


def running():
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class Service:
    def __init__(self):
        if running() is None:
            time.sleep(1)

    def start(self):
        time.sleep(1)


class Api:
    def __init__(self, concurrent):
        self.concurrent = concurrent

    def request(self, url):
        if self.concurrent:
            return asyncio.ensure_future(asyncio.sleep(1))
        return requests.get(url)

    def status(self):
        return requests.get("/status")

    async def ask(self, url):
        if self.concurrent:
            answer = await self.request(url)
        else:
            answer = self.request(url)  # possible AH608 "stops the event loop: it leads to `requests.get`"
        self.status()  # want AH608 "stops the event loop: it leads to `requests.get`"
        return answer


async def begin(many):
    parse("data:,x")
    load("http:x")  # possible AH608 "stops the event loop: it leads to `urllib.request.urlopen`"
    Service().start()  # want AH608 "stops the event loop: it leads to `time.sleep`"
    pool: concurrent.futures.Executor
    if many:
        pool = concurrent.futures.ProcessPoolExecutor()
    else:
        pool = concurrent.futures.ThreadPoolExecutor()
    with pool:  # want AH608 "stops the event loop until it returns"
        await asyncio.sleep(1)


NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


def take():
    return JOBS.get()


def close(wait=True):
    if wait:
        time.sleep(1)


async def ready(host):
    socket.getaddrinfo(host, 80, flags=NUMERIC)
    socket.getnameinfo(host, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
    socket.getnameinfo(host, socket.NI_NAMEREQD)  # want AH608 "`socket.getnameinfo` stops the event loop until it returns"
    socket.getaddrinfo(host, 80, flags=socket.AI_PASSIVE | socket.AI_CANONNAME)  # want AH608 "`socket.getaddrinfo` stops the event loop until it returns"
    close(wait=False)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    if host:
        close(wait=False)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    close(wait=True)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    take()  # want AH608 "stops the event loop: it leads to `queue.Queue.get`"


async def careful():
    while JOBS.empty():
        await asyncio.sleep(0)
    take()  # possible AH608 "stops the event loop: it leads to `queue.Queue.get`"
    JOBS.get()  # possible AH608 "`queue.Queue.get` stops the event loop until it returns"


def wait_for_it(event: threading.Event):
    event.wait()


async def given(event: threading.Event):
    await asyncio.wait_for(event.wait(), 1)  # possible AH608 "`threading.Event.wait` stops the event loop until it returns"
    await asyncio.shield(wait_for_it(event))  # possible AH608 "stops the event loop: it leads to"
    print(event.wait())  # want AH608 "`threading.Event.wait` stops the event loop until it returns"
