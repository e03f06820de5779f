"""sqlalchemy/sqlalchemy#5615 and python-greenlet/greenlet#196: in a greenlet made below a coroutine the coroutine's
context variables have their defaults, and what is set there is lost.

prints: below: expected
prints: below, after a green wait: expected
prints: a coroutine that it awaits sees: changed
prints: after: changed
"""

from _start import start

start()
import asyncio
from contextvars import ContextVar

import aiohub
import eventlet
from sqlalchemy.util import await_only, greenlet_spawn

variable = ContextVar("variable", default="default")


async def look() -> str:
    await asyncio.sleep(0)
    return variable.get()


def below() -> None:
    print("below:", variable.get())
    eventlet.sleep(0.001)
    print("below, after a green wait:", variable.get())
    variable.set("changed")
    print("a coroutine that it awaits sees:", await_only(look()))


async def main() -> None:
    variable.set("expected")
    await greenlet_spawn(below)
    print("after:", variable.get())


aiohub.wait(main())
