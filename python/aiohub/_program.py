"""Running another program in this process, as the `python` command would."""

from __future__ import annotations

import importlib.util
import os
import runpy
import sys


def run_script(path: str, args: list[str]) -> None:
    """Run the file, directory or archive at *path* as `python path args` does."""
    sys.argv = [path, *args]
    if not getattr(sys.flags, "safe_path", False):
        # `python -m` has put the working directory there; `python script.py` has the script's. A directory or an
        # archive is put there by run_path.
        if os.path.isfile(path) and not path.endswith((".zip", ".pyz")):
            sys.path[0] = os.path.dirname(os.path.realpath(path))
        else:
            del sys.path[0]
    runpy.run_path(path, run_name="__main__")


def run_module(name: str, args: list[str]) -> bool:
    """Run the module *name* as `python -m name args` does. False if there is none, or a package without __main__."""
    sys.argv = [name, *args]
    if not _can_run(name):
        return False
    runpy.run_module(name, run_name="__main__", alter_sys=True)
    return True


def _can_run(name: str) -> bool:
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
    except ModuleNotFoundError as exc:
        if exc.name is not None and f"{name}.".startswith(f"{exc.name}."):
            return False
        raise
    return spec is not None
