"""IPython and notebooks on aiohub.

In a terminal: `%load_ext aiohub.ipython`. Cells may then use eventlet and `await`, and green threads and tasks go on
while the prompt waits. A notebook's kernel runs an event loop before its first cell, which the hub cannot take over:
`python -m aiohub.ipython` makes a kernel that begins with aiohub, and notebooks choose it by its name.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from typing import Any

KERNEL_NAME = "aiohub"
# How long the prompt may wait for a key that has been typed, in seconds.
_PROMPT_TURN = 0.02


def load_ipython_extension(shell: Any) -> None:
    """Called by `%load_ext aiohub.ipython`."""
    from ._hub.threads import current_hub
    from ._install import install, run

    if current_hub() is None:
        try:
            install(loop=os.environ.get("AIOHUB_LOOP") or None)
        except RuntimeError as exc:
            raise RuntimeError(
                "this IPython runs an event loop already, or has used eventlet on another hub: "
                "`python -m aiohub.ipython` makes a kernel that begins with aiohub"
            ) from exc
    if hasattr(shell, "pt_app"):
        shell.loop_runner = run
        from IPython.terminal import pt_inputhooks

        hooks: Any = pt_inputhooks
        hooks.register(KERNEL_NAME, _while_the_prompt_waits)
        shell.enable_gui(KERNEL_NAME)


def unload_ipython_extension(shell: Any) -> None:
    """Called by `%unload_ext aiohub.ipython`. The hub stays."""
    if hasattr(shell, "pt_app"):
        shell.loop_runner = "asyncio"
        shell.enable_gui(None)


def _while_the_prompt_waits(context: Any) -> None:
    import eventlet

    while not context.input_is_ready():
        eventlet.sleep(_PROMPT_TURN)


def main(arguments: list[str] | None = None) -> int:
    """Make the kernel; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m aiohub.ipython",
        description="Make a kernel for notebooks in which eventlet and asyncio share a loop.",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--prefix", help="the folder to make it below; without it the user's own")
    where.add_argument("--sys-prefix", action="store_true", help="make it in this environment")
    parser.add_argument("--name", default=KERNEL_NAME, help=f"what the kernel is called; {KERNEL_NAME} if not given")
    options = parser.parse_args(arguments)
    try:
        from jupyter_client.kernelspec import KernelSpecManager
    except ImportError:
        print("aiohub: error: jupyter_client is not installed\naiohub: hint: pip install ipykernel", file=sys.stderr)
        return 2
    prefix = sys.prefix if options.sys_prefix else options.prefix
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "kernel.json"), "w") as file:
            json.dump(_kernel(options.name), file, indent=1)
        place = KernelSpecManager().install_kernel_spec(folder, options.name, user=prefix is None, prefix=prefix)
    print(place)
    return 0


def _kernel(name: str) -> dict[str, Any]:
    # Patched it cannot be: the kernel's own threads and sockets are its connection to the notebook.
    command = [sys.executable, "-m", "aiohub", "--no-patch", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    return {"argv": command, "display_name": f"Python 3 ({name})", "language": "python"}


if __name__ == "__main__":
    sys.exit(main())
