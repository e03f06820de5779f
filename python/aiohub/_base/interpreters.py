"""Only the main interpreter of a process can use aiohub: greenlet, eventlet and the engine are made for one."""

from __future__ import annotations

import importlib
from typing import Any


def refuse_subinterpreter() -> None:
    """Raise ImportError in any other interpreter than the main one."""
    for name in ("_interpreters", "_xxsubinterpreters"):  # before Python 3.13 the second
        try:
            interpreters: Any = importlib.import_module(name)
        except ImportError:
            continue
        if interpreters.get_current() != interpreters.get_main():
            raise ImportError(
                "aiohub cannot be used in a subinterpreter: greenlet and eventlet are not made for it; "
                "import it in the main interpreter, under mod_wsgi with WSGIApplicationGroup %{GLOBAL}"
            )
        return
