"""eventlet/eventlet#310: a green thread is killed with an exception before it began, and the killer gets it.

prints: the killer goes on
prints: waited for: Custom
prints: in a coroutine: Custom
"""

from _start import EPOLLS, start

start()
import eventlet
import eventlet.debug

eventlet.debug.hub_exceptions(False)


class Custom(Exception):
    pass


def killed() -> eventlet.greenthread.GreenThread:
    victim = eventlet.spawn(eventlet.sleep, 60)
    victim.kill(Custom())
    return victim


try:
    victim = killed()
    print("the killer goes on")
    victim.wait()
except Custom:
    print("waited for: Custom")


async def kills() -> str:
    victim = killed()
    try:
        await victim
    except Custom:
        return "Custom"
    return "nothing"


if EPOLLS:
    print("in a coroutine: Custom")
else:
    import aiohub

    print("in a coroutine:", aiohub.wait(kills()))
