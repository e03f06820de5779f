"""Mending a module when it is imported, or at once if it has been."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType


class _Finder(importlib.abc.MetaPathFinder):
    """Lets the others find the modules that are waited for, and mends them when they have been executed."""

    def __init__(self) -> None:
        self.waiting: dict[str, Callable[[ModuleType], None]] = {}

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> Any:
        # Taken out first: the others are asked through find_spec, which asks this one again.
        mend = self.waiting.pop(fullname, None)
        if mend is None:
            return None
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            _execute_and_mend(spec.loader, mend)
        return spec


def _execute_and_mend(loader: Any, mend: Callable[[ModuleType], None]) -> None:
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        mend(module)

    loader.exec_module = exec_module


_finder = _Finder()


def on_import(name: str, mend: Callable[[ModuleType], None]) -> None:
    """Call *mend* with the module *name*, once: now if it is there, else when it has been imported."""
    module = sys.modules.get(name)
    if module is not None:
        mend(module)
        return
    _finder.waiting[name] = mend
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
