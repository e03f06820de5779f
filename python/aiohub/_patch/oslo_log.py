"""oslo.log picks its mutex by the class of the hub, and picks the wrong one for ours."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class _OsloLogFinder(importlib.abc.MetaPathFinder):
    """Mends oslo_log.pipe_mutex when it is imported."""

    name = "oslo_log.pipe_mutex"

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> Any:
        if fullname != self.name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            loader: Any = spec.loader
            execute = loader.exec_module

            def exec_module(module: Any) -> None:
                execute(module)
                _use_pipe_mutex(module)

            loader.exec_module = exec_module
        return spec


def _use_pipe_mutex(module: Any) -> None:
    mutex = getattr(module, "_ReallyPipeMutex", None)
    if mutex is not None:
        module.PipeMutex = mutex


def activate() -> None:
    """oslo.log takes a mutex that fails between two OS threads for every hub that is a subclass of eventlet's
    asyncio hub, because that hub cannot serve several readers. Ours can, so the other one works.
    """
    module = sys.modules.get(_OsloLogFinder.name)
    if module is not None:
        _use_pipe_mutex(module)
    else:
        sys.meta_path.insert(0, _OsloLogFinder())
