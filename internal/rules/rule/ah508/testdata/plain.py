import asyncio
import concurrent.futures
import functools
import signal
import threading


class Agent:
    def __init__(self):
        self.stopped = threading.Event()

    def tick(self):
        print(1)

    async def run(self):
        pass

    def handler(self):
        return self.tick

    def start(self):
        threading.Thread(target=self.tick()).start()  # want AH508 "`self.tick..` is called now, and what it gives cannot be called by `threading.Thread`"
        threading.Thread(target=self.run()).start()  # want AH508 "is called now, and what it gives cannot be called by"
        threading.Timer(5, self.tick()).start()  # want AH508 "is called now, and what it gives cannot be called by `threading.Timer`"
        threading.Thread(target=self.stopped).start()  # want AH508 "`self.stopped` cannot be called, and is handed to `threading.Thread`"
        signal.signal(signal.SIGTERM, self.tick())  # want AH508 "is called now, and what it gives cannot be called by"
        threading.Thread(target=self.tick).start()
        threading.Thread(target=self.handler()).start()
        threading.Thread(target=functools.partial(self.tick)).start()
        threading.Thread(target=lambda: self.tick()).start()

    def submit(self, pool: concurrent.futures.ThreadPoolExecutor, future, loop, given):
        pool.submit(self.tick())  # want AH508 "is called now, and what it gives cannot be called by `concurrent.futures.ThreadPoolExecutor.submit`"
        future.add_done_callback(self.tick())  # want AH508 "is called now, and what it gives cannot be called by `future.add_done_callback`"
        loop.call_later(1, self.tick())  # want AH508 "is called now, and what it gives cannot be called by `loop.call_later`"
        pool.submit(self.tick)
        future.add_done_callback(given())
        loop.call_later(1, given)
        loop.call_soon(self.handler(), 1)
        asyncio.ensure_future(self.run()).add_done_callback(given)
