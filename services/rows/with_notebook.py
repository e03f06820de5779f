"""ipykernel: a notebook's kernel that is started with the hub in place; cells with green threads, and with `await`."""
# family: loops and tools
# libraries: ipykernel, nbclient, pyzmq

import sys

import nbformat

from driving import APPS
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

CELLS = [
    "import asyncio, eventlet",
    "eventlet.spawn(lambda: eventlet.sleep(0.1) or print('green')).wait()",
    "await asyncio.sleep(0.1)\nprint('awaited')",
    "thread = eventlet.spawn(eventlet.sleep, 0.1)\nthread.wait()\nprint('again')",
]
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
client = NotebookClient(notebook, timeout=20, kernel_name="python3")
client.km = client.create_kernel_manager()
client.km.kernel_spec.argv = [sys.executable, str(APPS / "kernel.py"), "-f", "{connection_file}"]
try:
    client.execute()
except CellExecutionError as exc:
    raise SystemExit(f"{exc.ename}: {exc.evalue}") from None
for cell in notebook.cells:
    for output in cell.outputs:
        print(output["text"].strip() if "text" in output else output)

# prints:
# green
# awaited
# again
