import eventlet


async def poll():
    eventlet.sleep(1)  # want AH515 "`eventlet.sleep` blocks the loop when called from a coroutine"
    eventlet.spawn(print)

    def helper():
        eventlet.sleep(1)


def plain():
    eventlet.sleep(1)
