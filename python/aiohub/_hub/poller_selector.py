"""Waiting without epoll: in the selector of asyncio's own loop, through the standard library's `selectors`.

A poll set other than epoll's cannot be watched by a loop as one descriptor, so the loop and its hub share one: the
loop's selector is replaced by a `SharedSelector`, which tells the loop what it asked for and the hub what its green
threads wait for. AIOHUB_POLLER=poll takes `selectors.PollSelector`, "selector" the kind the loop has (kqueue on macOS).
"""

from __future__ import annotations

import asyncio
import errno
import os
import selectors
import stat
from typing import TYPE_CHECKING, Any

from eventlet import patcher

from . import pollers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._base.contract import Hub


class Poller:
    """One-shot waits in the loop's selector; see `pollers.Poller`."""

    read_events, write_events = pollers.READ, pollers.WRITE

    def __init__(self, hub: Hub, name: str) -> None:
        self._hub = hub
        self._name = name
        self._shared: SharedSelector | None = None

    def attach(self) -> None:
        loop: Any = self._hub.loop
        present: Any = getattr(loop, "_selector", None)
        if not hasattr(present, "get_map"):  # of which copy of the module it is, patching has decided
            raise RuntimeError(
                f'the poller "{self._name}" needs asyncio\'s own loop, whose selector it shares, not '
                f'{type(loop).__name__}; call aiohub.install(loop="asyncio"), or unset AIOHUB_POLLER'
            )
        if not isinstance(present, SharedSelector):
            loop._selector = SharedSelector.instead_of(present, self._name)
        self._shared = loop._selector
        self._shared.tell = asyncio.Handle(self._hub.descriptors.on_ready, (self,), loop)

    def watched(self) -> set[int]:
        return set()

    def detach(self) -> None:
        if self._shared is not None:
            self._shared.forget_waits()
            self._shared.tell = None
            self._shared = None

    def arm(self, fileno: int, events: int) -> None:
        if self._shared is None:
            return  # the hub arms everything anew when it has its next loop
        try:
            self._shared.wait(fileno, events)
        except (OSError, ValueError, OverflowError, TypeError) as exc:
            raise pollers.bad_descriptor(fileno, exc) from exc

    def disarm(self, fileno: int, events: int) -> None:
        if self._shared is not None:
            self._shared.unwait(fileno, events)

    def forget(self, fileno: int) -> None:
        self.disarm(fileno, pollers.READ | pollers.WRITE)

    def poll(self) -> list[tuple[int, int]]:
        return [] if self._shared is None else self._shared.take_ready()

    def close(self) -> None:
        self.detach()


class SharedSelector(selectors.BaseSelector):
    """The selector of a loop, in which its hub waits too."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind
        self._selector: selectors.BaseSelector = kind()
        #: What the loop has registered, by descriptor.
        self._keys: dict[int, selectors.SelectorKey] = {}
        #: What green threads wait for, of which file, and what of it came since the hub looked.
        self._waits: dict[int, int] = {}
        self._files: dict[int, tuple[int, int]] = {}
        self._ready: dict[int, int] = {}
        #: What the loop runs when something is ready for the hub.
        self.tell: asyncio.Handle | None = None

    @classmethod
    def instead_of(cls, other: selectors.BaseSelector, name: str) -> SharedSelector:
        """One that has the registrations of *other*, which is closed. *name*: "poll", or "selector" for its kind."""
        made = cls(_poll_selector() if name == "poll" else type(other))
        for key in list(other.get_map().values()):
            made.register(key.fileobj, key.events, key.data)
        other.close()
        return made

    def new_one(self) -> SharedSelector:
        """An empty one, for the child of a fork."""
        return type(self)(self._kind)

    # For the hub.

    def wait(self, fileno: int, events: int) -> None:
        """Wait once for *events* on *fileno*, beside what is waited for there already."""
        file = _identity(fileno)
        if self._files.get(fileno, file) != file:
            self.unwait(fileno, ~0)  # of the file that the number meant before
        self._files[fileno] = file
        waits = self._waits.get(fileno, 0)
        # What has come and was not looked at yet is asked for again: who was meant may have taken it.
        wanted = events | waits | self._ready.pop(fileno, 0)
        if wanted != waits:
            self._waits[fileno] = wanted
            try:
                self._apply(fileno)
            except BaseException:
                del self._waits[fileno]
                raise

    def unwait(self, fileno: int, events: int) -> None:
        """Nobody waits for *events* on *fileno* any more."""
        for table in (self._waits, self._ready):
            if fileno in table:
                left = table.pop(fileno) & ~events
                if left:
                    table[fileno] = left
                if table is self._waits:
                    self._apply_again(fileno)

    def take_ready(self) -> list[tuple[int, int]]:
        """What is ready of what was waited for."""
        ready, self._ready = self._ready, {}
        return list(ready.items())

    def forget_waits(self) -> None:
        """Wait for nothing but what the loop has registered."""
        self._ready.clear()
        waits, self._waits = self._waits, {}
        for fileno in waits:
            self._apply_again(fileno)

    # For the loop.

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        number = self._number(fileobj)
        if number in self._keys:
            raise KeyError(f"{fileobj!r} (FD {number}) is already registered")
        return self._set_key(selectors.SelectorKey(fileobj, number, events, data))

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._set_key(self.get_key(fileobj)._replace(events=events, data=data))

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        key = self._keys.pop(self.get_key(fileobj).fd)
        self._apply_again(key.fd)
        return key

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        try:
            return self._keys[self._number(fileobj)]
        except KeyError:
            raise KeyError(f"{fileobj!r} is not registered") from None

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = []
        for shared, events in self._selector.select(timeout):
            number = shared.fd
            key = self._keys.get(number)
            if key is not None and key.events & events:
                found.append((key, key.events & events))
            if self._waits.get(number, 0) & events:
                came = self._waits.pop(number) & events
                if self._is_same_file(number):
                    self._ready[number] = self._ready.get(number, 0) | came
                self._apply_again(number)
        if self._ready and self.tell is not None:
            found.append((selectors.SelectorKey(-1, -1, selectors.EVENT_READ, (self.tell, None)), selectors.EVENT_READ))
        return found

    def _is_same_file(self, number: int) -> bool:
        """Whether *number* still means the file that is waited for; a closed one wakes who waits."""
        try:
            return self._files[number] == _identity(number)
        except OSError:
            return True

    def close(self) -> None:
        self._selector.close()
        self._keys.clear()
        self._waits.clear()
        self._files.clear()
        self._ready.clear()

    def _set_key(self, key: selectors.SelectorKey) -> selectors.SelectorKey:
        previous = self._keys.get(key.fd)
        self._keys[key.fd] = key
        if previous is None or previous.events != key.events:
            try:
                self._apply(key.fd)
            except BaseException:
                del self._keys[key.fd]
                raise
        return key

    def _number(self, fileobj: Any) -> int:
        try:
            number: int = fileobj if isinstance(fileobj, int) else int(fileobj.fileno())
        except (AttributeError, TypeError, ValueError):
            raise ValueError(f"invalid file object: {fileobj!r}") from None
        if number < 0:
            number = next((key.fd for key in self._keys.values() if key.fileobj is fileobj), number)
        if number < 0:
            raise ValueError(f"invalid file descriptor: {number}")
        return number

    def _apply(self, number: int) -> None:
        """Have the kernel watch *number* for what the loop and the hub want of it together."""
        if number in (self._selector.get_map() or ()):
            # Never `modify`: it asks the kernel nothing where nothing changes, and the number may be another file's.
            self._selector.unregister(number)
        key = self._keys.get(number)
        wanted = (0 if key is None else key.events) | self._waits.get(number, 0)
        if wanted:
            self._selector.register(number, wanted)

    def _apply_again(self, number: int) -> None:
        """The same when less is wanted than before: nobody is told of a number that has been closed meanwhile."""
        try:
            self._apply(number)
        except (OSError, ValueError):
            pass


def _identity(fileno: int) -> tuple[int, int]:
    """What tells the file behind *fileno* from another one: poll(2) knows numbers only.

    Raises OSError for what epoll does not take: poll(2) takes any number, and says of a regular file that it is ready.
    """
    status = os.fstat(fileno)
    if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
    return status.st_dev, status.st_ino


def _poll_selector() -> Any:
    """`selectors.PollSelector`, but urgent data wakes readers, too, as with epoll."""
    original: Any = patcher.original("selectors")
    select: Any = patcher.original("select")
    return type("PollSelector", (original.PollSelector,), {"_EVENT_READ": select.POLLIN | select.POLLPRI})
