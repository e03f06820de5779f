"""Replacing a function of another module for good.

It is replaced everywhere eventlet's modules hold it, and the old function object is redirected too: a program that said
`from eventlet import spawn` before holds the old object.
"""

from __future__ import annotations

import inspect
import sys
import types
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable


def replace(old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Put *new* wherever eventlet's modules hold *old*, and redirect *old* to it.

    What a test has put in the function's place, a mock, stays.
    """
    if not isinstance(old, types.FunctionType):
        return
    for name, module in list(sys.modules.items()):
        if module is not None and (name == "eventlet" or name.startswith("eventlet.")):
            for key, value in list(vars(module).items()):
                if value is old:
                    setattr(module, key, new)
    if new.__doc__ is None:
        new.__doc__ = old.__doc__
    redirect(old, new)


def redirect(old: Any, new: Callable[..., Any]) -> None:
    """Make the function object *old* call *new*."""
    slot = f"_aiohub_{old.__name__}"
    namespace: dict[str, Any] = {}
    exec(f"def {old.__name__}(*args, **kwargs): return {slot}(*args, **kwargs)", namespace)
    old.__globals__[slot] = new
    old.__wrapped__ = _with_signature_of(old, new)
    old.__code__ = namespace[old.__name__].__code__
    old.__defaults__ = None
    old.__kwdefaults__ = None


def copy_function(function: Any) -> Any:
    """A function with the present code of *function*, which is about to be given another one."""
    copied = types.FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    copied.__kwdefaults__ = function.__kwdefaults__
    return copied


def _with_signature_of(old: Any, new: Any) -> Any:
    """*new*, showing the signature of *old*."""
    if isinstance(new, types.FunctionType) and not hasattr(new, "__signature__"):
        cast("Any", new).__signature__ = inspect.signature(old)
    return new
