"""`python -m aiohub.ratchet`: runs a program in which eventlet may be imported only where the policy says."""

from __future__ import annotations

import argparse
import os
import sys
from typing import NoReturn

from .._program import run_module, run_script
from ._hook import VARIABLE, EventletImportError, install, violations
from ._policy import PolicyError


def main() -> None:
    """Install the hook, then run the program as the `python` command would. Exit with 1 if the policy was broken."""
    options = _parser().parse_args()
    words: list[str] = [*(options.module or []), *filter(None, [options.program]), *options.args]
    if not words:
        _fail("no program given; script.py or -m module goes here")
    names: tuple[str, ...] = (words[0],)
    if not options.module:
        if not os.path.exists(words[0]):
            _fail(f"{words[0]}: no such file; a module goes after -m")
        base = os.path.basename(words[0])
        names = (base, base.removesuffix(".py"))
    try:
        install(options.policy, program=names)
    except PolicyError as exc:
        _fail(str(exc))
    try:
        if not options.module:
            run_script(words[0], words[1:])
        elif not run_module(words[0], words[1:]):
            _fail(f"-m {words[0]}: no such module, or a package without __main__")
    except EventletImportError as exc:
        print(f"aiohub: error: {exc}", file=sys.stderr)
        raise SystemExit(1) from None
    finally:
        # Printed also when the program has swallowed the error, or ended in another way because of it.
        swallowed = violations()
        if swallowed and not isinstance(sys.exc_info()[1], EventletImportError):
            print(f"aiohub: error: {swallowed[0]}", file=sys.stderr)
            raise SystemExit(1)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        _fail(message)


def _fail(message: str) -> NoReturn:
    print(f"aiohub: error: {message}\naiohub: hint: python -m aiohub.ratchet --help", file=sys.stderr)
    raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m aiohub.ratchet",
        usage="%(prog)s [--policy FILE] script.py [args ...] | -m module [args ...]",
        description="Run a program, and fail if it imports eventlet where it no longer may.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--policy",
        default=os.environ.get(VARIABLE) or "aiohub-runtime.json",
        help=f"the policy; without it the variable {VARIABLE}, else aiohub-runtime.json",
    )
    parser.add_argument("-m", dest="module", nargs=argparse.REMAINDER, help="the module to run, and its arguments")
    parser.add_argument("program", nargs="?", metavar="script.py", help="the file to run, and its arguments")
    parser.add_argument("args", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
