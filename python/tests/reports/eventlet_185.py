"""eventlet/eventlet#185: a Condition with its own RLock knows no owner among green threads, and hangs.

prints: main owns True
prints: thread owns True
prints: main owns again True
prints: coroutine owns True
"""

from _start import EPOLLS, start

start()
import threading

condition = threading.Condition()


def notify(who: str) -> None:
    with condition:
        condition.notify()
        print(who, "owns", condition._is_owned())


with condition:
    thread = threading.Thread(target=notify, args=("thread",))
    thread.start()
    print("main owns", condition._is_owned())
    condition.wait()
    print("main owns again", condition._is_owned())


async def also() -> None:
    notify("coroutine")


if EPOLLS:
    notify("coroutine")
else:
    import aiohub

    aiohub.wait(also())
