import tempfile
import threading

LOCK = threading.Lock()


async def main(path):
    async with open(path) as f:  # want AH605 "is not asynchronous, and is entered with `async with`"
        print(f)
    async with tempfile.TemporaryDirectory() as d:  # want AH605 "is not asynchronous, and is entered with `async with`"
        print(d)
    async with LOCK:  # want AH605 "is not asynchronous, and is entered with `async with`"
        print(path)
    with open(path) as f:
        print(f)
