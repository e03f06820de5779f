"""What happens to green threads and tasks when the interpreter exits: they end quietly, and the exit never hangs.

Tasks are cancelled, asynchronous generators closed, and given a moment for their cleanup, as `asyncio.run` would; then
the hub is closed. Green threads are ended by the collector, with GreenletExit, as under eventlet's own hubs.
"""

from __future__ import annotations

import asyncio
import atexit
import sys
from typing import Any

from eventlet import event, greenthread, patcher
from eventlet.green import threading as green_threading

from .._base.waiting import wait_as_asyncio
from . import threads

# Seconds the tasks that are left get for their cleanup. Enough for a goodbye on an open connection; a cleanup that
# waits for what never comes must not keep the process alive.
_GRACE = 1.0
# Seconds between two looks whether a thread has ended, where nothing can wait for it.
_LOOK = 0.005

_registered = False


def watch() -> None:
    """Clean up at interpreter exit from now on."""
    global _registered
    if not _registered:
        _registered = True
        atexit.register(_at_exit)
        _keep_multiprocessing_first()
        if sys.version_info >= (3, 13):
            # There even a patched threading._shutdown waits for every OS thread, before any exit handler is called.
            green_threading._register_atexit(_end_pools)


def _keep_multiprocessing_first() -> None:
    """Have multiprocessing's exit handler called before ours, as it is where multiprocessing was imported later.

    Under monkey patching it waits for the green threads that feed its queues, which need the hub they were made on.
    """
    util: Any = sys.modules.get("multiprocessing.util")
    if util is not None:
        atexit.unregister(util._exit_function)
        atexit.register(util._exit_function)


def _at_exit() -> None:
    hub = threads.current_hub()
    if hub is not None and not hub._closed:
        try:
            _end_pools()
            if not hub.loop.is_closed():
                _cancel_tasks(hub.loop)
                _close_generators(hub.loop)
        finally:
            hub.close()
            # Exit handlers that were registered before ours run after it, eventlet.tpool's for one: they get a new hub.
            del threads._local.hub


def _end_pools() -> None:
    """Wait for the jobs of ThreadPoolExecutors, as the standard library does at exit.

    Under monkey patching it does not: eventlet replaces `threading._shutdown`, which would. Threads that run on into
    the end of the interpreter lose their jobs, and may crash when they give their hubs back.
    """
    pools: Any = sys.modules.get("concurrent.futures.thread")
    if pools is None or not patcher.is_monkey_patched("thread"):
        return
    with pools._global_shutdown_lock:
        pools._shutdown = True
    queues = dict(pools._threads_queues)
    for queue in queues.values():
        queue.put(None)
    join_threads([thread for thread in queues if thread.is_alive()])


def join_threads(threads: list[Any]) -> None:
    """Wait until the OS threads *threads* have ended; other green threads run on meanwhile."""
    if threads:
        joined = event.Event()
        try:
            patcher.original("threading").Thread(target=_join, args=(threads, joined), daemon=True).start()
        except RuntimeError:
            # Python 3.12.0 and 3.12.1 start no OS thread any more when exit handlers run.
            while any(thread.is_alive() for thread in threads):
                greenthread.sleep(_LOOK)
        else:
            joined.wait()


def _join(threads: list[Any], joined: Any) -> None:
    for thread in threads:
        thread.join()
    joined.send(None)


def _cancel_tasks(loop: asyncio.AbstractEventLoop) -> None:
    left = [task for task in asyncio.all_tasks(loop) if not task.done()]
    if not left:
        return
    loop.set_exception_handler(_without_cancellations(loop.get_exception_handler()))
    for task in left:
        task.cancel()
    wait_as_asyncio(loop.create_task(_wait_briefly(left)))


def _close_generators(loop: Any) -> None:
    if loop.generators:
        wait_as_asyncio(loop.create_task(_wait_briefly([loop.create_task(loop.shutdown_asyncgens())])))


def _without_cancellations(handler: Any) -> Any:
    """An exception handler that passes everything on to *handler* but the cancellations made here.

    asyncio's streams (before Python 3.12) trip over the cancellation of their connection handler.
    """

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if isinstance(context.get("exception"), asyncio.CancelledError):
            return
        if handler is not None:
            handler(loop, context)
        else:
            loop.default_exception_handler(context)

    return handle


async def _wait_briefly(tasks: list[asyncio.Task[object]]) -> None:
    await asyncio.wait(tasks, timeout=_GRACE)
