"""The greenlet of a task: who switches to it, or throws into it, deals with its coroutine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import greenlet

from .asyncio_task import swap_current_task

if TYPE_CHECKING:
    import asyncio

_switch = greenlet.greenlet.switch
_throw = greenlet.greenlet.throw
_getcurrent = greenlet.getcurrent


class Coroutine(Protocol):
    """What is known here of the coroutine in the greenlet: a GreenCoroutine."""

    _task: asyncio.Task[Any]
    _loop: asyncio.AbstractEventLoop
    _parked: bool
    _waiting: greenlet.greenlet | None
    _lender: greenlet.greenlet | None

    @property
    def cancels_seen(self) -> int: ...

    def interrupt(self, exc: BaseException) -> None: ...

    def is_ending(self) -> bool: ...


class TaskGreenlet(greenlet.greenlet):
    """The greenlet in which the coroutine of one task runs."""

    __slots__ = ("coroutine",)

    coroutine: Coroutine

    @property
    def parked(self) -> bool:
        """True while the coroutine is suspended in an `await`: only its task may go on with it then."""
        return self.coroutine._parked

    @property
    def blocked(self) -> bool:
        """True while the coroutine waits in a blocking eventlet call."""
        return bool(self) and not self.parked and _getcurrent() is not self

    @property
    def task(self) -> asyncio.Task[Any]:
        """The task whose coroutine runs here."""
        return self.coroutine._task

    def switch(self, *args: Any, **kwargs: Any) -> Any:
        """Wake the blocking call this coroutine waits in; does nothing if it does not wait in one."""
        if self.parked:
            return None
        return self._enter(_switch, args, kwargs)

    def throw(self, *args: Any) -> Any:
        """Raise an exception in the coroutine: in its blocking call, or at the `await` it is suspended in."""
        if self.dead or _getcurrent() is self:
            return _throw(self, *args)
        coroutine = self.coroutine
        if self.parked:
            coroutine.interrupt(as_exception(args))
            return None
        return self._enter(_throw, args, {})

    def _enter(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Go on with the blocked coroutine; its task is the current one until control comes back."""
        coroutine = self.coroutine
        waiting = coroutine._waiting
        caller = _getcurrent()
        parent, owner = caller.parent, _coroutine_of(caller.parent)
        previous = swap_current_task(coroutine._loop, coroutine._task)
        try:
            return function(self if waiting is None else waiting, *args, **kwargs)
        finally:
            # Not if the caller is being collected: its parent is then who runs at that moment, in a task of its own.
            if caller.parent is parent and _coroutine_of(parent) is owner:
                swap_current_task(coroutine._loop, previous)


def _coroutine_of(green: greenlet.greenlet | None) -> Coroutine | None:
    """The coroutine that runs in *green*, if it is a task's greenlet: when it has ended, another one does."""
    return getattr(green, "coroutine", None)


def as_exception(args: tuple[Any, ...]) -> BaseException:
    """The exception that `greenlet.throw(*args)` would raise."""
    kind, value, traceback = (*args, None, None, None)[:3]
    if kind is None:
        return greenlet.GreenletExit()
    exc: BaseException
    if isinstance(kind, BaseException):
        exc = kind
    elif isinstance(value, BaseException):
        exc = value
    elif value is None:
        exc = kind()
    else:
        exc = kind(*value) if isinstance(value, tuple) else kind(value)
    if traceback is not None:
        exc.__traceback__ = traceback
    return exc
