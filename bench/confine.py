"""What a measured process does first: it pins itself to a core, and sees to it that it dies with its parent."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

_PR_SET_PDEATHSIG = 1
# A thousand connections and what else there is; the usual limit is 1,024.
_DESCRIPTORS = 4096


def confine(core: str, parent: str) -> None:
    """Run on *core* only ("-" for any), and not longer than the process *parent*."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        raise SystemExit("the benchmark that started this process is gone")
    if core != "-":
        os.sched_setaffinity(0, {int(core)})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < _DESCRIPTORS:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(_DESCRIPTORS, hard), hard))
