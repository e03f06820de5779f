"""Patched `threading.local` and eventlet's corolocal, which ask whose data the current greenlet sees."""

from __future__ import annotations

from typing import Any

import greenlet
from eventlet import corolocal

from .._tasks.local_data import owner_for
from .functions import replace

_getcurrent = greenlet.getcurrent
_get = object.__getattribute__


def _patch(thrl: Any) -> None:
    """Give *thrl* the attributes it has for the current greenlet; see `eventlet.corolocal._patch`."""
    data = _get(thrl, "_local__greens")
    owner = owner_for(_getcurrent())
    if owner not in data:
        data[owner] = {}
        cls = type(thrl)
        if cls.__init__ is not object.__init__:
            args, keywords = _get(thrl, "_local__args")
            thrl.__init__(*args, **keywords)
    object.__setattr__(thrl, "__dict__", data[owner])


def activate() -> None:
    """Put it in the place of eventlet's."""
    replace(corolocal._patch, _patch)
