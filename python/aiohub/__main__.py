"""`python -m aiohub`: runs an unmodified eventlet program on aiohub."""

from __future__ import annotations

import argparse
import os
import sys
from typing import NoReturn

from ._program import run_module, run_script


def main() -> None:
    """Install the hub, then run the program as the `python` command would."""
    options = _parser().parse_args()
    if options.module:
        # `-mmodule a` leaves the a to the positionals.
        words: list[str] = [*options.module, *filter(None, [options.program]), *options.args]
        _install(options)
        if not run_module(words[0], words[1:]):
            _fail(f"-m {words[0]}: no such module, or a package without __main__")
    elif options.program:
        if not os.path.exists(options.program):
            _fail(f"{options.program}: no such file; a module goes after -m")
        _install(options)
        run_script(options.program, options.args)
    else:
        _fail("no program given; script.py or -m module goes here")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        _fail(message)


def _fail(message: str) -> NoReturn:
    print(f"aiohub: error: {message}\naiohub: hint: python -m aiohub --help", file=sys.stderr)
    raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m aiohub",
        usage="%(prog)s [--loop LOOP] [--no-patch] script.py [args ...] | -m module [args ...]",
        description="Run an unmodified eventlet program on aiohub.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--loop",
        default=os.environ.get("AIOHUB_LOOP") or None,
        help="engine, asyncio or uvloop; without it the variable AIOHUB_LOOP, else aiohub's own choice",
    )
    parser.add_argument("--no-patch", action="store_true", help="leave eventlet.monkey_patch() to the program")
    # All that follows the program is the program's own.
    parser.add_argument("-m", dest="module", nargs=argparse.REMAINDER, help="the module to run, and its arguments")
    parser.add_argument("program", nargs="?", metavar="script.py", help="the file to run, and its arguments")
    parser.add_argument("args", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def _install(options: argparse.Namespace) -> None:
    from ._install import install

    try:
        install(loop=options.loop, patch=not options.no_patch)
    except (ValueError, RuntimeError, ImportError) as exc:
        _fail(f"--{exc}" if str(exc).startswith("loop=") else str(exc))


if __name__ == "__main__":
    main()
