"""eventlet under another name: the one import to change when a program moves to aiohub.

    from aiohub import green                    # import eventlet
    from aiohub.green import sleep, spawn       # from eventlet import sleep, spawn
    from aiohub.green.queue import Queue        # from eventlet.queue import Queue
    import aiohub.green.wsgi                    # import eventlet.wsgi

Names and submodules are eventlet's own objects, not copies: `aiohub.green.queue` and `eventlet.queue` are one module,
so code that was ported and code that was not use the same classes and the same state. Who replaces a name here
replaces it there: `mock.patch("aiohub.green.sleep")` is seen by callers of `eventlet.sleep`, and the other way round.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import pkgutil
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import eventlet as _eventlet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventlet import *  # noqa: F403

_PREFIX = __name__ + "."
#: What `from eventlet import *` gives: eventlet has no `__all__`.
__all__ = sorted(name for name in vars(_eventlet) if not name.startswith("_"))


def __getattr__(name: str) -> Any:
    try:
        return getattr(_eventlet, name)
    except AttributeError:
        if name.startswith("__"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    try:
        module = importlib.import_module(_PREFIX + name)
    except ModuleNotFoundError as exc:
        if exc.name != _PREFIX + name:
            raise  # eventlet has the module, which needs something that is not installed
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}, and neither has eventlet") from None
    # It was imported before, and its name taken away since, as mock does on its way back.
    setattr(_eventlet, name, module)
    return module


def __dir__() -> list[str]:
    submodules = (found.name for found in pkgutil.iter_modules(_eventlet.__path__) if not found.name.startswith("_"))
    return sorted({*globals(), *vars(_eventlet), *submodules})


#: What the names meant that were set here: one value for each time.
_former: dict[str, list[Any]] = {}


class _Green(ModuleType):
    """Names that are set or deleted are eventlet's, submodules included; with an underscore in front this module's.

    Who deletes a name that was set gets what it meant before: the names are not in this module, so that is how mock
    and pytest's monkeypatch put things back.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            super().__setattr__(name, value)
            return
        former = _former.setdefault(name, [])
        if former and former[-1] is value:
            former.pop()
        elif name in vars(_eventlet):
            former.append(vars(_eventlet)[name])
        setattr(_eventlet, name, value)

    def __delattr__(self, name: str) -> None:
        if name.startswith("_"):
            super().__delattr__(name)
        elif _former.get(name):
            setattr(_eventlet, name, _former[name].pop())
        else:
            delattr(_eventlet, name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports `aiohub.green.x.y` as the module `eventlet.x.y`, and nothing else."""

    # In front of the other finders: `aiohub.green.green` is the package `eventlet.green`, and the path finder would
    # load a second copy of what it finds on that package's path.

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith(_PREFIX):
            return None
        real = importlib.util.find_spec(_real_name(fullname))
        if real is None:
            return None
        is_package = real.submodule_search_locations is not None
        return importlib.machinery.ModuleSpec(fullname, self, origin=real.origin, is_package=is_package)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = importlib.import_module(_real_name(spec.name))
        # The import system is about to write *spec* into the module, which keeps its own.
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__ = module.__spec__.loader_state


def _real_name(fullname: str) -> str:
    return "eventlet." + fullname[len(_PREFIX) :]


if not any(type(finder).__qualname__ == "_Finder" and type(finder).__module__ == __name__ for finder in sys.meta_path):
    sys.meta_path.insert(0, _Finder())

sys.modules[__name__].__class__ = _Green
