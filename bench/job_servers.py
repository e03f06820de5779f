"""Servers made of green threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from worlds import tell

if TYPE_CHECKING:
    from worlds import World

_BACKLOG = 2048
_CHUNK_BYTES = 1 << 16


def _listen(world: World) -> Any:
    listener = world.socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(_BACKLOG)
    tell(address=listener.getsockname()[1])
    return listener


def echo(world: World, **_: Any) -> None:
    """A green thread for each connection, which sends back what it receives."""
    listener = _listen(world)
    while True:
        connection, _address = listener.accept()
        world.spawn(_echo, world, connection)


def _echo(world: World, connection: Any) -> None:
    # 64-byte messages are sent on at once, as any server of small messages wants it.
    connection.setsockopt(world.socket.IPPROTO_TCP, world.socket.TCP_NODELAY, 1)
    while True:
        data = connection.recv(_CHUNK_BYTES)
        if not data:
            return
        connection.sendall(data)


def wsgi(world: World, **_: Any) -> None:
    """The WSGI server, with an application that says hello."""
    world.serve_wsgi(_listen(world), _hello)


def _hello(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    body = b"Hello, World!\r\n"
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
