"""The hook: every way to import eventlet asks the policy first.

The import statement goes through builtins.__import__ each time, also when the module is loaded already; so does
importlib.import_module once it is wrapped. What loads modules in other ways (runpy, pkgutil) ends at sys.meta_path.
"""

from __future__ import annotations

import builtins
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

from ._policy import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from pathlib import Path
    from types import FrameType, ModuleType

TARGET = "eventlet"
VARIABLE = "AIOHUB_RATCHET"


class EventletImportError(RuntimeError):
    """eventlet is imported where it no longer may be.

    Not an ImportError: a guard like `try: import eventlet; except ImportError` is no way around.
    """


_active: _Hook | None = None


def install(policy: Policy | str | Path, *, program: tuple[str, ...] | None = None) -> None:
    """Enforce *policy*, or the one in that file, in this process.

    *program* are the names the running program goes by; without it they are taken from sys.argv and __main__.
    Raises EventletImportError if this program may not have eventlet at all and has it already. A second call
    replaces the first.
    """
    global _active
    if not isinstance(policy, Policy):
        policy = Policy.load(policy)
    uninstall()
    hook = _Hook(policy, program if program is not None else _names_of_program())
    if hook.banned is not None and TARGET in sys.modules:
        hook.fail("this program", f"it has done so before the ratchet was installed, and {hook.banned} may not")
    hook.attach()
    _active = hook


def install_from_environment() -> bool:
    """Install the policy that the variable AIOHUB_RATCHET names. Without the variable do nothing, and return False."""
    path = os.environ.get(VARIABLE)
    if not path:
        return False
    install(path)
    return True


def uninstall() -> None:
    """Take the hook out again."""
    global _active
    if _active is not None:
        _active.detach()
        _active = None


def violations() -> list[str]:
    """What has been found in this process, also if the program has swallowed the error."""
    return list(_active.found) if _active is not None else []


def _names_of_program() -> tuple[str, ...]:
    names = []
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    if spec is not None:
        names.append(spec.name.removesuffix(".__main__"))
    if sys.argv and sys.argv[0] not in ("", "-c", "-m"):
        base = os.path.basename(sys.argv[0])
        names += [base, base.removesuffix(".py")]
    return tuple(names)


class _Hook:
    def __init__(self, policy: Policy, program: tuple[str, ...]) -> None:
        self.policy = policy
        self.banned = policy.process(program)
        self.found: list[str] = []
        self._root = os.path.realpath(os.path.dirname(policy.path) or ".")
        # Whoever wrapped these before us goes on working, and gets back what it had.
        self._import = builtins.__import__
        self._import_module = importlib.import_module

    def attach(self) -> None:
        def hooked_import(
            name: str,
            globals: Mapping[str, object] | None = None,
            locals: Mapping[str, object] | None = None,
            fromlist: Sequence[str] | None = (),
            level: int = 0,
        ) -> ModuleType:
            if level == 0 and _is_target(name):
                self.ask(globals if globals is not None else sys._getframe(1).f_globals)
            return self._import(name, globals, locals, fromlist, level)

        def hooked_import_module(name: str, package: str | None = None) -> ModuleType:
            if _is_target(name):
                self.ask(sys._getframe(1).f_globals)
            return self._import_module(name, package)

        self._hooked = (hooked_import, hooked_import_module)
        builtins.__import__ = hooked_import
        importlib.import_module = hooked_import_module
        sys.meta_path.insert(0, self)

    def detach(self) -> None:
        if builtins.__import__ is self._hooked[0]:
            builtins.__import__ = self._import
        if importlib.import_module is self._hooked[1]:
            importlib.import_module = self._import_module
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Judge, and leave the finding to the others on sys.meta_path."""
        if name == TARGET:
            frame: FrameType | None = sys._getframe(1)
            while frame is not None and _is_machinery(frame.f_globals.get("__name__", "")):
                frame = frame.f_back
            if frame is not None:
                self.ask(frame.f_globals)
        return None

    def ask(self, importer: Mapping[str, Any]) -> None:
        """Raise if the module with these globals may not import eventlet."""
        module = self._name(importer)
        if _is_target(module):
            return
        if self.banned is not None:
            self.fail(module, f"nobody may in {self.banned}")
        why = self.policy.judge(module)
        if why is not None:
            self.fail(module, why)

    def _name(self, importer: Mapping[str, Any]) -> str:
        """The importer as the policy calls it: a script by its place below the policy's directory."""
        name: str = importer.get("__name__") or "?"
        if name != "__main__":
            return name
        spec = importer.get("__spec__")
        if spec is not None:
            return str(spec.name)
        file = importer.get("__file__")
        if file:
            relative = os.path.relpath(os.path.realpath(file), self._root)
            if not relative.startswith(".."):
                return relative.removesuffix(".py").replace(os.sep, ".")
        return name

    def fail(self, module: str, why: str) -> None:
        message = (
            f"{module} imports eventlet, and {why} ({self.policy.path}); "
            "use asyncio or aiohub.aio, or record the import with `aiohub check --runtime --update --accept-growth`"
        )
        self.found.append(message)
        raise EventletImportError(message)


def _is_target(name: str) -> bool:
    return name == TARGET or name.startswith(f"{TARGET}.")


def _is_machinery(name: str) -> bool:
    return name in ("importlib", "runpy", "pkgutil", __name__) or name.startswith(("importlib.", "_frozen_importlib"))
