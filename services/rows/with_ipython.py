"""IPython: a shell in a patched program runs cells with green threads, and cells with `await`."""
# family: loops and tools
# libraries: ipython

import eventlet

eventlet.monkey_patch()

from IPython.core.interactiveshell import InteractiveShell
from support import others_run

shell = InteractiveShell.instance(colors="nocolor")
shell.autoawait = True


def answer(cell):
    shell.run_cell(f"answer = {cell}", silent=True).raise_error()
    return shell.user_ns["answer"]


shell.run_cell("import asyncio, eventlet", silent=True)
with others_run("a cell with a green thread"):
    print(answer("eventlet.spawn(lambda: eventlet.sleep(0.2) or 'green').wait()"))
with others_run("a cell with await"):
    print(answer("await asyncio.sleep(0.2, 'awaited')"))
print(answer("await asyncio.gather(asyncio.sleep(0, 1), asyncio.sleep(0, 2))"))

# prints:
# green
# awaited
# [1, 2]
