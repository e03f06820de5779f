"""Echo servers written for asyncio."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

from worlds import tell

if TYPE_CHECKING:
    from worlds import World

_BACKLOG = 2048
_CHUNK_BYTES = 1 << 16


class _Echo(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)


async def _echo_stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK_BYTES):
        writer.write(data)
        await writer.drain()
    writer.close()


def loop(world: World, kind: str, **_: Any) -> None:
    """An asyncio.Protocol, or streams with a task for each connection."""
    world.run(_serve(kind))


async def _serve(kind: str) -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(_BACKLOG)
    server: Any
    if kind == "protocol":
        server = await asyncio.get_running_loop().create_server(_Echo, sock=listener, backlog=_BACKLOG)
    else:
        server = await asyncio.start_server(_echo_stream, sock=listener, backlog=_BACKLOG)
    tell(port=listener.getsockname()[1])
    await server.serve_forever()
