"""Running another program in this process, as the `python` command would."""

from __future__ import annotations

import argparse
import importlib.util
import os
import runpy
import sys
from typing import NoReturn


class ProgramParser(argparse.ArgumentParser):
    """The command line of `python -m <prog>`, which runs another program: options, then that program and its own.

    Its errors are those of aiohub's commands: one line and a hint, exit code 2.
    """

    def __init__(self, module: str, options: str, description: str) -> None:
        super().__init__(
            prog=f"python -m {module}",
            usage=f"%(prog)s {options} script.py [args ...] | -m module [args ...]",
            description=description,
            allow_abbrev=False,
        )

    def add_program(self) -> None:
        """The program, after all options: what follows it is its own."""
        self.add_argument("-m", dest="module", nargs=argparse.REMAINDER, help="the module to run, and its arguments")
        self.add_argument("program", nargs="?", metavar="script.py", help="the file to run, and its arguments")
        self.add_argument("args", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)

    def program_words(self, options: argparse.Namespace) -> list[str]:
        """The program as it was named, and its arguments. A script is there."""
        # `-mmodule a` leaves the a to the positionals.
        words: list[str] = [*(options.module or []), *filter(None, [options.program]), *options.args]
        if not words:
            self.error("no program given; script.py or -m module goes here")
        if not options.module and not os.path.exists(words[0]):
            self.error(f"{words[0]}: no such file; a module goes after -m")
        return words

    def run_program(self, options: argparse.Namespace, words: list[str]) -> None:
        """Run what `program_words` has found, as the `python` command would."""
        if not options.module:
            run_script(words[0], words[1:])
        elif not run_module(words[0], words[1:]):
            self.error(f"-m {words[0]}: no such module, or a package without __main__")

    def error(self, message: str) -> NoReturn:
        print(f"aiohub: error: {message}\naiohub: hint: {self.prog} --help", file=sys.stderr)
        raise SystemExit(2)


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
