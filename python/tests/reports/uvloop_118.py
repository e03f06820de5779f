"""MagicStack/uvloop#118: a subprocess with a `preexec_fn` blocks the loop.

prints: b'changed'
prints: several 5
"""

from _start import start

start()
import asyncio
import os

import aiohub


async def child() -> bytes:
    process = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        "printf $CHANGED",
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=lambda: os.umask(0),
        env={"CHANGED": "changed"},
    )
    return (await process.communicate())[0]


async def several() -> int:
    return len(await asyncio.gather(*(child() for _ in range(5))))


print(aiohub.wait(child()))
print("several", aiohub.wait(several()))
