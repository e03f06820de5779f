"""The load generator: `load.py CORE PARENT ADDRESS SERVER_PID PARAMS`; the address is a port or a socket's path.

Each connection sends a message, waits until all of the answer is there, and sends the next. It runs on a core of its
own and does as little as Python allows for a message, so that the server is what is measured; `busy` in its report says
how much of its core it has used.
"""

from __future__ import annotations

import json
import select
import socket
import ssl
import sys
import time
from array import array
from typing import Any

from certificate import client_context
from confine import confine

_TIMEOUT_SECONDS = 20.0
_HEAD_END = b"\r\n\r\n"
_REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"


class LoadError(Exception):
    """The server does not do what it should."""


class Connection:
    """One connection: where it is in its message and in the answer."""

    __slots__ = ("left", "outgoing", "receive", "send", "sent_at", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.receive = sock.recv_into
        self.send = sock.send
        self.left = 0
        self.outgoing: memoryview | None = None
        self.sent_at = 0


def connect(address: str, transport: str) -> Connection:
    """A connection to the server over *transport* ("tcp", "tls", "unix" or "udp"), not blocking."""
    if transport == "unix":
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(_TIMEOUT_SECONDS)
        sock.connect(address)
    elif transport == "udp":
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.connect(("127.0.0.1", int(address)))
    else:
        sock = socket.create_connection(("127.0.0.1", int(address)), _TIMEOUT_SECONDS)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if transport == "tls":
            sock = client_context().wrap_socket(sock)
    sock.setblocking(False)
    return Connection(sock)


def first_exchange(sock: socket.socket, message: bytes, http: bool) -> int:
    """Send *message* and check the answer; returns the answer's length."""
    outgoing, answer = memoryview(message), bytearray()
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while True:
        head_end = answer.find(_HEAD_END)
        if http and head_end >= 0:
            head = bytes(answer[:head_end]).lower()
            if not head.startswith(b"http/1.1 200"):
                raise LoadError(f"unexpected answer {head[:80]!r}")
            body_length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
            if len(answer) >= head_end + len(_HEAD_END) + body_length:
                return len(answer)
        elif not http and len(answer) >= len(message):
            if answer != message:
                raise LoadError("the echo differs from the message")
            return len(answer)
        if time.monotonic() > deadline:
            raise LoadError("no answer to the first message")
        readable, writable, _ = select.select([sock], [sock] if outgoing else [], [], 1)
        if writable:
            outgoing = outgoing[sock.send(outgoing) :]
        if readable:
            try:
                data = sock.recv(1 << 16)
            except ssl.SSLWantReadError:
                continue  # a record of TLS that carries no data, or not all of one
            if not data:
                raise LoadError("the server closed the connection")
            answer += data


class Load:
    """All connections, and what has been measured on them."""

    def __init__(self, address: str, transport: str, message: bytes, http: bool, connections: int) -> None:
        self._message = message
        self._connections = [connect(address, transport) for _ in range(connections)]
        self._answer_length = first_exchange(self._connections[0].sock, message, http)
        self._buffer = bytearray(1 << 18)
        self._epoll = select.epoll()
        self._by_number = {connection.sock.fileno(): connection for connection in self._connections}
        self.latencies_ns = array("q")
        for number, connection in self._by_number.items():
            connection.left = self._answer_length
            self._epoll.register(number, select.EPOLLIN)
            self._send(number, connection)
        self._started_ns = time.perf_counter_ns()

    def warm_up(self, seconds: float) -> None:
        """Exchange messages for *seconds*, and until every connection has had an answer."""
        self.run(seconds)
        give_up = time.monotonic() + _TIMEOUT_SECONDS
        while any(connection.sent_at <= self._started_ns for connection in self._connections):
            if time.monotonic() > give_up:
                raise LoadError("not every connection was answered")
            self.run(0.02)
        del self.latencies_ns[:]

    def run(self, seconds: float) -> None:
        """Exchange messages for *seconds*."""
        poll, by_number, buffer, clock = self._epoll.poll, self._by_number, self._buffer, time.perf_counter_ns
        message, message_length, answer_length = self._message, len(self._message), self._answer_length
        done = self.latencies_ns.append
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for number, event in poll(0.1):
                connection = by_number[number]
                if event != select.EPOLLOUT:
                    received = connection.receive(buffer)
                    if not received:
                        raise LoadError("the server closed the connection")
                    connection.left -= received
                    if not connection.left:
                        now = clock()
                        done(now - connection.sent_at)
                        connection.sent_at = now
                        connection.left = answer_length
                        sent = connection.send(message)
                        if sent != message_length:
                            connection.outgoing = memoryview(message)[sent:]
                            self._epoll.modify(number, select.EPOLLIN | select.EPOLLOUT)
                        continue
                if event & select.EPOLLOUT:
                    self._go_on(number, connection)

    def _send(self, number: int, connection: Connection) -> None:
        connection.sent_at = time.perf_counter_ns()
        connection.outgoing = memoryview(self._message)
        self._epoll.modify(number, select.EPOLLIN | select.EPOLLOUT)
        self._go_on(number, connection)

    def _go_on(self, number: int, connection: Connection) -> None:
        """Send more of a message that did not fit into the socket's buffer."""
        if connection.outgoing is None:
            return
        try:
            connection.outgoing = connection.outgoing[connection.send(connection.outgoing) :]
        except BlockingIOError:
            return
        if not connection.outgoing:
            connection.outgoing = None
            self._epoll.modify(number, select.EPOLLIN)


class TLSLoad(Load):
    """The same over TLS, where what is readable may be half a record, or several."""

    def run(self, seconds: float) -> None:
        """Exchange messages for *seconds*."""
        poll, by_number, buffer, clock = self._epoll.poll, self._by_number, self._buffer, time.perf_counter_ns
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for number, event in poll(0.1):
                connection = by_number[number]
                if event & select.EPOLLOUT:
                    self._go_on(number, connection)
                while True:
                    try:
                        received = connection.receive(buffer)
                    except ssl.SSLWantReadError:
                        break
                    if not received:
                        raise LoadError("the server closed the connection")
                    connection.left -= received
                    if not connection.left:
                        now = clock()
                        self.latencies_ns.append(now - connection.sent_at)
                        connection.sent_at = now
                        connection.left = self._answer_length
                        connection.outgoing = memoryview(self._message)
                        self._go_on(number, connection)

    def _go_on(self, number: int, connection: Connection) -> None:
        while connection.outgoing:
            try:
                connection.outgoing = connection.outgoing[connection.send(connection.outgoing) :]
            except ssl.SSLWantWriteError:
                self._epoll.modify(number, select.EPOLLIN | select.EPOLLOUT)
                return
        if connection.outgoing is not None:
            connection.outgoing = None
            self._epoll.modify(number, select.EPOLLIN)


class Connects:
    """Connections, some at a time, that the server closes: each one counts as a message."""

    def __init__(self, address: str, connections: int) -> None:
        self._address = ("127.0.0.1", int(address))
        self._epoll = select.epoll()
        self._open: dict[int, tuple[socket.socket, int]] = {}
        self.latencies_ns = array("q")
        for _ in range(connections):
            self._connect()

    def _connect(self) -> None:
        sock = socket.socket()
        sock.setblocking(False)
        began = time.perf_counter_ns()
        sock.connect_ex(self._address)
        self._open[sock.fileno()] = (sock, began)
        self._epoll.register(sock.fileno(), select.EPOLLIN)

    def warm_up(self, seconds: float) -> None:
        """Connect for *seconds*."""
        self.run(seconds)
        if not self.latencies_ns:
            raise LoadError("not one connection was accepted and closed")
        del self.latencies_ns[:]

    def run(self, seconds: float) -> None:
        """Connect, wait for the end, and connect again for *seconds*."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for number, _event in self._epoll.poll(0.1):
                sock, began = self._open.pop(number)
                if sock.recv(1):
                    raise LoadError("the server sent something")
                self.latencies_ns.append(time.perf_counter_ns() - began)
                sock.close()
                self._connect()


def processor_clock(pid: int) -> int:
    """The clock that counts the processor time of the process *pid* in all its threads; clock_getcpuclockid(3)."""
    return (~pid << 3) | 2


def measure(address: str, server: int, params: dict[str, Any]) -> dict[str, float]:
    """Load the server, and report what a message cost."""
    http = bool(params.get("http"))
    message = _REQUEST if http else bytes(range(64)) * (int(params.get("size", 0)) // 64)
    transport = params.get("transport", "tcp")
    load: Load | Connects
    if params.get("kind") == "close":
        load = Connects(address, int(params["connections"]))
    else:
        load = (TLSLoad if transport == "tls" else Load)(address, transport, message, http, int(params["connections"]))
    load.warm_up(params["warm_up_seconds"])
    clock = processor_clock(server)
    busy, wall, cost = time.process_time(), time.perf_counter(), time.clock_gettime(clock)
    load.run(params["seconds"])
    cost = time.clock_gettime(clock) - cost
    wall, busy = time.perf_counter() - wall, time.process_time() - busy
    count = len(load.latencies_ns)
    if not count:
        raise LoadError("not one message was answered while it was measured")
    ordered = sorted(load.latencies_ns)
    return {
        "cost_us": cost / count * 1e6,
        "per_second": count / wall,
        "p50_us": ordered[count // 2] / 1e3,
        "p99_us": ordered[min(count - 1, count * 99 // 100)] / 1e3,
        "messages": count,
        "busy": busy / wall,
    }


def main() -> None:
    core, parent, address, server, params = sys.argv[1:]
    confine(core, parent)
    print(json.dumps(measure(address, int(server), json.loads(params))), flush=True)


if __name__ == "__main__":
    main()
