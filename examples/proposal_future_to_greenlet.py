"""A green thread gets the result of a coroutine: the first example of the aiohub proposal, run as it was written.

Between the two lines of dashes stands the proposal's text; only the address is another one.
"""
# ruff: noqa: E402, I001

import aiohub

from _local_server import local_server
from _common import chosen_loop

aiohub.install(loop=chosen_loop())

# fmt: off
# ----------------------------------------------------------------------
import aiohttp
from eventlet_asyncio import future_to_greenlet  # hypothetical API
async def get_url_body(url):
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as response:
            return await response.text()
def eventlet_code():
    green_thread = future_to_greenlet(get_url_body(URL))
    return green_thread.wait()
# ----------------------------------------------------------------------
# fmt: on

with local_server() as address:
    URL = f"{address}/hello"
    print("a green thread got the result of a coroutine:", eventlet_code())
