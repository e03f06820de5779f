"""A measured process: `worker.py CORE PARENT CONTENDER JOB PARAMS`, started afresh for each sample."""

from __future__ import annotations

import importlib
import json
import sys

from catalog import CONTENDERS
from confine import confine
from worlds import become_c, enter

_MODULE_OF = {
    "echo": "job_servers",
    "wsgi": "job_servers",
    "switch": "job_switch",
    "border": "job_border",
    "step": "job_step",
    "loop": "job_loop",
    "core": "job_core",
}


def main() -> None:
    core, parent, name, job, params = sys.argv[1:]
    confine(core, parent)
    if CONTENDERS[name].world == "c":
        become_c(job)
    world = enter(CONTENDERS[name])
    getattr(importlib.import_module(_MODULE_OF[job]), job)(world, **json.loads(params))


if __name__ == "__main__":
    main()
