"""The object may be of either world, and what its method gives is asked for that."""
import inspect
import time
from collections.abc import Awaitable

import requests


class Session:
    def execute(self, statement):
        return requests.get(statement)


async def load(session: Session, statement):
    result = session.execute(statement)  # possible AH608 "stops the event loop: it leads to `requests.get`"
    if inspect.isawaitable(result):
        result = await result
    return result


async def load_here(statement):
    result = requests.get(statement)  # possible AH608 "`requests.get` stops the event loop until it returns"
    if isinstance(result, Awaitable):
        result = await result
    time.sleep(1)  # want AH608 "`time.sleep` stops the event loop until it returns"
    other = requests.get(statement)  # want AH608 "`requests.get` stops the event loop until it returns"
    return result, other
