import concurrent.futures
import socket
import time

import requests


def plain():
    time.sleep(1)


def branch(wait):
    if wait:
        time.sleep(1)


def other(wait):
    if wait:
        pass
    else:
        time.sleep(1)


def after(wait):
    if not wait:
        return
    time.sleep(1)


def guarded(wait):
    if wait < 0:
        raise ValueError(wait)
    time.sleep(1)


def looped(jobs):
    for job in jobs:
        time.sleep(job)


def thrice():
    for _ in range(3):
        time.sleep(1)


def tried(first):
    for name in ("a", first):
        if name is None:
            continue
        time.sleep(1)


def forever():
    while True:
        time.sleep(1)


def until(done):
    while not done():
        time.sleep(1)


def kept(cache, name):
    try:
        return cache[name]
    except KeyError:
        pass
    time.sleep(1)


def failed(call):
    try:
        call()
    except OSError:
        time.sleep(1)


def late(call):
    try:
        call()
    finally:
        time.sleep(1)


def both(ready):
    ready or time.sleep(1)


def either(ready):
    return time.sleep(1) if ready else None


def listed(jobs):
    return [time.sleep(job) for job in jobs]


def matched(job):
    match job:
        case 1:
            time.sleep(1)


def two(wait):
    branch(wait)
    plain()


def through():
    after(True)


def inner():
    def wait():
        time.sleep(1)

    if wait:
        return wait
    return None


def lookup(address):
    return socket.getaddrinfo(str(address), 80)


class Hooked(requests.Session):
    def _prepare(self, request):
        return request


class Named(requests.Session):
    name = ""


async def run(wait, jobs):
    plain()  # want AH608 "stops the event loop: it leads to `time.sleep`"
    if wait:
        plain()  # want AH608 "stops the event loop: it leads to `time.sleep`"
    branch(wait)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    other(wait)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    after(wait)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    guarded(wait)  # want AH608 "stops the event loop: it leads to `time.sleep`"
    looped(jobs)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    thrice()  # want AH608 "stops the event loop: it leads to `time.sleep`"
    tried(wait)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    forever()  # want AH608 "stops the event loop: it leads to `time.sleep`"
    until(wait)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    kept({}, wait)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    failed(wait)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    late(wait)  # want AH608 "stops the event loop: it leads to `time.sleep`"
    both(wait)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    either(wait)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    listed(jobs)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    matched(wait)  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    two(wait)  # want AH608 "it leads to `time.sleep` .conditions.py:9. in `plain`"
    through()  # possible AH608 "stops the event loop: it leads to `time.sleep`"
    inner()
    lookup(wait)
    Hooked().get("/")  # want AH608 "`requests.Session.get` stops the event loop until it returns"
    fetch(Hooked(), Named())


async def work(loop, job):
    with concurrent.futures.ThreadPoolExecutor() as pool:  # possible AH608 "stops the event loop until it returns"
        await loop.run_in_executor(pool, job)
    with concurrent.futures.ThreadPoolExecutor() as pool:  # want AH608 "stops the event loop until it returns"
        pool.submit(job)


def ask_hooked(session: Hooked):
    session.get("/")


def ask_named(session: Named):
    session.get("/")


async def fetch(hooked, named):
    ask_hooked(hooked)  # possible AH608 "stops the event loop: it leads to `requests"
    ask_named(named)  # want AH608 "stops the event loop: it leads to `requests"
