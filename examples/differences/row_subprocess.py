"""`asyncio.create_subprocess_exec` under monkey patching."""

import eventlet

eventlet.monkey_patch()

import asyncio
import sys

from eventlet.asyncio import spawn_for_awaitable


async def main():
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "print('yes')", stdout=asyncio.subprocess.PIPE)
    out, _ = await child.communicate()
    return out.decode().strip()


print(spawn_for_awaitable(main()).wait())
