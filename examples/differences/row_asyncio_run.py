"""Start the program with `asyncio.run(main())`."""

import asyncio
import os

import eventlet

if os.environ["EVENTLET_HUB"] == "aiohub.hub":
    import aiohub

    aiohub.install()  # first: a loop that runs already is not taken over


async def main():
    return await eventlet.spawn(lambda: eventlet.sleep(0.01) or "yes")


print(asyncio.run(main()))
