"""The processor time an import takes: `job_imports.py CORE MODULE`. Imports nothing that it can do without."""

import os
import sys
import time

core, name = sys.argv[1:]
if core != "-":
    os.sched_setaffinity(0, {int(core)})
start = time.process_time()
__import__(name)
spent = time.process_time() - start
sys.stdout.write('{"costs": {"import": ' + str(spent * 1e6) + "}}\n")
