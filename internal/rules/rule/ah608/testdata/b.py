import time


class BlockingClient:
    async def sleep(self):
        time.sleep(1)  # possible AH608 "`time.sleep` stops the event loop until it returns"

    def run(self, coroutine):
        try:
            coroutine.send(None)
        except StopIteration as end:
            return end.value
