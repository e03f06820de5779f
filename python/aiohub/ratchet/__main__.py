"""`python -m aiohub.ratchet`: runs a program in which eventlet may be imported only where the policy says."""

from __future__ import annotations

import os
import sys

from .._program import ProgramParser
from ._hook import VARIABLE, EventletImportError, install, violations
from ._policy import PolicyError


def main() -> None:
    """Install the hook, then run the program as the `python` command would. Exit with 1 if the policy was broken."""
    parser = _parser()
    options = parser.parse_args()
    words = parser.program_words(options)
    names: tuple[str, ...] = (words[0],)
    if not options.module:
        base = os.path.basename(words[0])
        names = (base, base.removesuffix(".py"))
    try:
        install(options.policy, program=names)
    except PolicyError as exc:
        parser.error(str(exc))
    try:
        parser.run_program(options, words)
    except EventletImportError as exc:
        print(f"aiohub: error: {exc}", file=sys.stderr)
        raise SystemExit(1) from None
    finally:
        # Printed also when the program has swallowed the error, or ended in another way because of it.
        swallowed = violations()
        if swallowed and not isinstance(sys.exc_info()[1], EventletImportError):
            print(f"aiohub: error: {swallowed[0]}", file=sys.stderr)
            raise SystemExit(1)


def _parser() -> ProgramParser:
    parser = ProgramParser(
        "aiohub.ratchet", "[--policy FILE]", "Run a program, and fail if it imports eventlet where it no longer may."
    )
    parser.add_argument(
        "--policy",
        default=os.environ.get(VARIABLE) or "aiohub-runtime.json",
        help=f"the policy; without it the variable {VARIABLE}, else aiohub-runtime.json",
    )
    parser.add_program()
    return parser


if __name__ == "__main__":
    main()
