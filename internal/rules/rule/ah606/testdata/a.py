import asyncio
import concurrent.futures
import inspect
import signal
import threading


class Handler:
    async def reset(self):
        pass

    def describe(self):
        return "plain"

    def title(self):
        return "plain"

    async def rows(self):
        yield 1

    async def later(self):
        pass

    async def either(self):
        pass

    def start(self):
        raise NotImplementedError

    def stop(self):
        """Nothing to do."""


class OEMHandler(Handler):
    def reset(self):  # want AH606 "`OEMHandler.reset` is not async, and overrides `Handler.reset` .a.py:9."
        return None

    async def describe(self):  # want AH606 "is async, and overrides `Handler.describe`"
        return "async"

    async def title(self):  # possible AH606 "is async, and overrides `Handler.title`"
        return "async"

    def rows(self):  # want AH606 "is not async, and overrides"
        yield 2

    def later(self):
        return super().later()

    def either(self):  # possible AH606 "is not async, and overrides"
        return None

    async def start(self):
        pass

    async def stop(self):
        pass


class Deeper(OEMHandler):
    def start(self):  # want AH606 "is not async, and overrides `OEMHandler.start`"
        print(1)


async def serve(handler: Handler):
    result = handler.either()
    if inspect.isawaitable(result):
        await result


class SyncHandler(Handler):
    def reset(self):  # possible AH606 "is not async, and overrides"
        return None


def describe(handlers):
    for handler in [Handler(), OEMHandler()]:
        handler.describe()


async def finished(future):
    pass


def plain(event):
    print(event)


async def on_event(event):
    print(event)


HANDLERS = {"a": plain, "b": on_event}


async def dispatch(name):
    await HANDLERS[name](name)  # want AH606 "is awaited, and can be `plain` .a.py:85., which is not async"
    HANDLERS[name](name)  # want AH606 "is not awaited, and can be `on_event` .a.py:89., which is async"


async def look(name):
    HANDLERS[name](name)
    result = HANDLERS[name](name)
    if inspect.isawaitable(result):
        await result


async def fair(name):
    result = HANDLERS[name](name)
    return result


async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(finished(None))
    task.add_done_callback(finished)  # want AH606 "`finished` is a coroutine function, and is handed to `asyncio.create_task...add_done_callback`"
    loop.call_soon(finished, None)  # want AH606 "is a coroutine function, and is handed to"
    loop.call_later(1, finished, None)  # want AH606 "is a coroutine function, and is handed to"
    loop.add_signal_handler(signal.SIGTERM, finished)  # want AH606 "is a coroutine function, and is handed to"
    signal.signal(signal.SIGTERM, finished)  # want AH606 "is a coroutine function, and is handed to"
    threading.Thread(target=finished).start()  # want AH606 "is a coroutine function, and is handed to `threading.Thread`"
    await loop.run_in_executor(None, finished)  # want AH606 "is a coroutine function, and is handed to"
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.submit(finished, None)  # want AH606 "is a coroutine function, and is handed to"
    task.add_done_callback(plain)
    loop.call_soon(lambda: asyncio.ensure_future(finished(None)))
    await asyncio.to_thread(plain, 1)


class Widget:
    async def _on_click(self, event):
        pass

    def emit(self, event):
        return getattr(self, "_on_" + event)(event)


class Button(Widget):
    def _on_click(self, event):  # possible AH606 "is not async, and overrides `Widget._on_click`"
        pass


class Link(Widget):
    async def _on_click(self, event):
        await super()._on_click(event)


async def use(handler: Handler, deeper: OEMHandler):
    await handler.reset()
    async for row in handler.rows():
        print(row)
    await deeper.start()


async def of_both_kinds(name):
    if name == "a":
        HANDLERS[name](name)  # possible AH606 "is not awaited, and can be `on_event`"
    else:
        await HANDLERS[name](name)  # possible AH606 "is awaited, and can be `plain`"
