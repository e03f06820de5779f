"""A coroutine gets the result of a green thread: the second example of the aiohub proposal, run as it was written.

Between the two lines of dashes stands the proposal's text; only the address is another one, and ``import eventlet``,
which the proposal forgot, comes before it.
"""
# ruff: noqa: E402, I001, F401

import aiohub

from _local_server import local_server
from _common import chosen_loop

# patch=True is eventlet.monkey_patch(): it is what makes urlopen wait without holding up the loop.
aiohub.install(loop=chosen_loop(), patch=True)

import asyncio

import eventlet

# fmt: off
# ----------------------------------------------------------------------
from urllib.request import urlopen
from eventlet import spawn
from eventlet_asyncio import greenlet_to_future  # hypothetical API
def get_url_body(url):
    # Looks blocking, but actually isn't
    return urlopen(url).read()
# This would likely be common pattern, so could be implemented as decorator...
async def asyncio_code():
    greenlet = eventlet.spawn(get_url_body, URL)
    future = greenlet_to_future(greenlet)
    return await future
# ----------------------------------------------------------------------
# fmt: on


async def main():
    """Call it three times at once: the server answers only when all three requests are open together."""
    return await asyncio.gather(asyncio_code(), asyncio_code(), asyncio_code())


with local_server() as address:
    URL = f"{address}/together?parties=3"
    for body in aiohub.run(main()):
        print("a coroutine got the result of a green thread:", body.decode())
