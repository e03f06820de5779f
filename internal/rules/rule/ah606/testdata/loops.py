import asyncio

from distributed.deploy.cluster import Cluster


class Managed(Cluster):
    def refresh(self):
        self.loop.call_at(1, callback=self._send)  # possible AH606 "`Managed._send` is a coroutine function, and is handed to"

    async def _send(self):
        await asyncio.sleep(1)
