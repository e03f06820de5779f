import aiohub
from aiohub import timeout  # want AH803 "import of `aiohub.timeout`"
from aiohub import Lock as Guard  # want AH803 "import of `aiohub.Lock`"
from aiohub import green, aio
from eventlet_asyncio import greenlet_to_future  # want AH803 "import of"


def face(coroutine):
    aiohub.wait(coroutine)  # want AH803 "`aiohub.wait` is a face between green threads and coroutines"
    greenlet_to_future(green.spawn(print))  # want AH803 "greenlet_to_future"
    with Guard():  # want AH803 "`Guard` is a face"
        aio.spawn(coroutine)
