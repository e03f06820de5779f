"""The contenders behind one face, so that each job is written once."""

from __future__ import annotations

import json
import operator
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from catalog import Contender


def tell(**values: Any) -> None:
    """Report to the process that measures."""
    print(json.dumps(values), flush=True)


class World:
    """What a contender offers. Green names are set where there are green threads, `run` where there are coroutines."""

    name = ""
    socket: Any
    spawn: Callable[..., Any]
    #: Wait for a green thread: `join(thread)` returns its result.
    join: Callable[[Any], Any]
    sleep: Callable[[float], Any]
    #: Serve a WSGI application on a listening socket, for ever.
    serve_wsgi: Callable[[Any, Any], None]
    #: Run a coroutine to its end.
    run: Callable[[Coroutine[Any, Any, Any]], Any]


def enter(contender: Contender) -> World:
    """Make this process *contender*'s."""
    enters = {"eventlet": _eventlet, "aiohub": _aiohub, "gevent": _gevent, "asyncio": _asyncio}
    world = enters[contender.world](contender)
    world.name = contender.name
    return world


def become_c(job: str) -> NoReturn:
    """Become *job* as a program in C: this process keeps its number, its core and the end of its parent."""
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, job)
        subprocess.run(["cc", "-O2", "-o", program, str(Path(__file__).with_name(f"{job}.c"))], check=True)
        opened = os.open(program, os.O_RDONLY | os.O_CLOEXEC)
    os.execve(opened, [job], os.environ)


def _eventlet(contender: Contender) -> World:
    import eventlet
    import eventlet.green.socket
    import eventlet.wsgi

    if contender.world == "eventlet":
        eventlet.hubs.use_hub(contender.hub)
    hub = eventlet.hubs.get_hub()
    expected = contender.hub if contender.world == "eventlet" else "aiohub.hub"
    if not type(hub).__module__.endswith(expected):
        raise SystemExit(f"the hub is {type(hub)}, not {expected}")
    world = World()
    world.socket = eventlet.green.socket
    world.spawn = eventlet.spawn
    world.join = operator.methodcaller("wait")
    world.sleep = eventlet.sleep
    world.serve_wsgi = lambda listener, app: eventlet.wsgi.server(listener, app, log_output=False)
    return world


def _aiohub(contender: Contender) -> World:
    import aiohub

    aiohub.install(loop=contender.loop, green_tasks=contender.green_tasks)
    world = _eventlet(contender)
    _check(aiohub.get_loop(), contender.loop)
    world.run = aiohub.run
    return world


def _gevent(contender: Contender) -> World:
    import gevent
    import gevent.pywsgi
    import gevent.socket

    world = World()
    world.socket = gevent.socket
    world.spawn = gevent.spawn
    world.join = operator.methodcaller("get")
    world.sleep = gevent.sleep
    world.serve_wsgi = lambda listener, app: gevent.pywsgi.WSGIServer(listener, app, log=None).serve_forever()
    return world


def _asyncio(contender: Contender) -> World:
    import asyncio

    loop: asyncio.AbstractEventLoop
    if contender.loop == "uvloop":
        import uvloop

        loop = uvloop.new_event_loop()
    elif contender.loop == "rloop":
        import rloop

        loop = rloop.new_event_loop()
    elif contender.loop == "engine":
        import aiohub

        loop = aiohub.new_event_loop()
    else:
        loop = asyncio.SelectorEventLoop()
    _check(loop, contender.loop)
    asyncio.set_event_loop(loop)
    world = World()
    world.run = loop.run_until_complete
    return world


def _check(loop: object, wanted: str) -> None:
    """Make sure that the loop is the one that is to be measured, and not what stands in where it cannot be had."""
    kinds = {"uvloop": ("uvloop",), "rloop": ("rloop",), "engine": ("aiohub", "EventLoop"), "asyncio": ()}
    names = {f"{cls.__module__}.{cls.__name__}" for cls in type(loop).__mro__}
    others = [kind for kind, words in kinds.items() if words and any(all(w in n for w in words) for n in names)]
    if others != ([wanted] if wanted != "asyncio" else []):
        raise SystemExit(f"the loop is {type(loop).__module__}.{type(loop).__qualname__}, not {wanted}")
