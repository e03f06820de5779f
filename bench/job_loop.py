"""Echo servers written for asyncio."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certificate import server_context
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


class _Close(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        transport.close()


class _EchoDatagrams(asyncio.DatagramProtocol):
    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._transport.sendto(data, addr)


async def _echo_stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK_BYTES):
        writer.write(data)
        await writer.drain()
    writer.close()


def loop(world: World, kind: str, transport: str = "tcp", **_: Any) -> None:
    """An asyncio.Protocol, or streams with a task for each connection; over TCP, TLS, Unix sockets or datagrams.

    *kind* is "protocol", "streams", or "close" for a server that closes each connection at once.
    """
    world.run(_serve(kind, transport))


async def _serve(kind: str, transport: str) -> None:
    running = asyncio.get_running_loop()
    if transport == "udp":
        endpoint, _protocol = await running.create_datagram_endpoint(_EchoDatagrams, local_addr=("127.0.0.1", 0))
        tell(address=endpoint.get_extra_info("sockname")[1])
        await running.create_future()
    with tempfile.TemporaryDirectory() as folder:
        server: Any
        if transport == "unix":
            path = str(Path(folder) / "echo")
            server = await running.create_unix_server(_Echo, path, backlog=_BACKLOG)
            tell(address=path)
        else:
            listener = socket.socket()
            listener.bind(("127.0.0.1", 0))
            listener.listen(_BACKLOG)
            port = listener.getsockname()[1]  # rloop takes the descriptor out of the socket
            options: dict[str, Any] = {"ssl": server_context()} if transport == "tls" else {}
            if kind != "streams":
                protocol = _Close if kind == "close" else _Echo
                server = await running.create_server(protocol, sock=listener, backlog=_BACKLOG, **options)
            else:
                server = await asyncio.start_server(_echo_stream, sock=listener, backlog=_BACKLOG)
            tell(address=port)
        # The server serves already; rloop's serve_forever would stop it.
        await running.create_future()
        server.close()
