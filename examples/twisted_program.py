"""Twisted, eventlet and asyncio on one loop: green threads wait for Deferreds, Deferreds wait for green threads.

A Twisted server answers each line it gets in capitals; a green thread works the answer out. Two green threads talk to
it at the same time through Twisted's client.
"""
# ruff: noqa: E402

from __future__ import annotations

from _common import chosen_loop

import aiohub

aiohub.install(loop=chosen_loop(), patch=True)

from twisted.internet import asyncioreactor

# Before anything imports twisted.internet.reactor, as Twisted wants it.
asyncioreactor.install(aiohub.get_loop())

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import eventlet
from twisted.internet import reactor as _reactor
from twisted.internet.defer import Deferred, DeferredQueue
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP4ServerEndpoint, connectProtocol
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.protocol import Factory
from twisted.protocols.basic import LineReceiver

reactor: Any = _reactor
T = TypeVar("T")


@contextmanager
def running_reactor() -> Iterator[None]:
    """Run the reactor for the length of a ``with`` block, in a green thread of its own.

    On a loop of its own `reactor.run()` turns the loop until the reactor stops; nobody else runs. Here the hub turns
    the loop, and the reactor's sockets and delayed calls are callbacks on it like any others. So `run_forever()`, which
    `reactor.run()` calls, is a wait for `loop.stop()` like any other wait of a green thread. `reactor.stop()` calls
    `loop.stop()`: that ends this wait, and the loop goes on for the green threads.
    Signals stay with Python, so Ctrl-C is a KeyboardInterrupt in the main green thread.
    """
    running = eventlet.spawn(reactor.run, installSignalHandlers=False)
    started: Deferred[None] = Deferred()
    reactor.callWhenRunning(started.callback, None)
    wait_for(started)
    try:
        yield
    finally:
        reactor.stop()
        running.wait()


def wait_for(deferred: Deferred[T]) -> T:
    """In a green thread: the Deferred's result, or its exception."""
    return aiohub.wait(deferred.asFuture(aiohub.get_loop()))


class Shouter(LineReceiver):
    """The server's side of a connection."""

    delimiter = b"\n"

    def lineReceived(self, line: bytes) -> None:
        green_thread = eventlet.spawn(shout, line)
        answer = Deferred.fromFuture(aiohub.greenlet_to_future(green_thread))
        answer.addCallback(self.sendLine)


def shout(line: bytes) -> bytes:
    eventlet.sleep(0.01)  # a green thread may block
    return line.upper()


class Caller(LineReceiver):
    """The client's side: lines that came in wait in a queue of Deferreds."""

    delimiter = b"\n"

    def __init__(self) -> None:
        self.answers: DeferredQueue[bytes] = DeferredQueue()

    def lineReceived(self, line: bytes) -> None:
        self.answers.put(line)

    def ask(self, word: str) -> Deferred[bytes]:
        self.sendLine(word.encode())
        return self.answers.get()


def connect(port: int) -> Deferred[Caller]:
    return connectProtocol(TCP4ClientEndpoint(reactor, "127.0.0.1", port), Caller())


def conversation(port: int, words: list[str]) -> list[str]:
    """One green thread's work: plain code from top to bottom, though every step of it is a Deferred."""
    caller = wait_for(connect(port))
    answers = [f"{word} -> {wait_for(caller.ask(word)).decode()}" for word in words]
    caller.transport.loseConnection()
    return answers


def main() -> None:
    with running_reactor():
        listening = wait_for(TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(Factory.forProtocol(Shouter)))
        port = listening.getHost().port
        talks = [
            eventlet.spawn(conversation, port, ["twisted", "deferred"]),
            eventlet.spawn(conversation, port, ["eventlet", "green"]),
        ]
        for talk in talks:
            print("\n".join(talk.wait()))
        wait_for(listening.stopListening())
        try:
            wait_for(connect(port))
        except ConnectionRefusedError:
            print("nobody listens any more: the Deferred's exception reached the green thread")
    print("the reactor has stopped")
    eventlet.sleep(0)  # and the hub has not


if __name__ == "__main__":
    main()
