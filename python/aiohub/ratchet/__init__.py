"""The runtime half of the ratchet: a process fails when eventlet is imported where it no longer may be.

The policy is a file that `aiohub check --runtime --update` writes. It says which modules of the project still import
eventlet; any other module of the project that does fails, at the import, however dynamic that import is. In programs
that the policy names, nobody may import eventlet, other packages included.

    python -m aiohub.ratchet service.py        one program, for a try
    pytest -p aiohub.ratchet.pytest_plugin     a test run
    AIOHUB_RATCHET=aiohub-runtime.json         read by `install_from_environment()`, for a program's first lines

Nothing here imports eventlet.
"""

from ._hook import EventletImportError, install, install_from_environment, uninstall, violations
from ._policy import Policy, PolicyError

__all__ = [
    "EventletImportError",
    "Policy",
    "PolicyError",
    "install",
    "install_from_environment",
    "uninstall",
    "violations",
]
