"""`python -m aiohub`: runs an unmodified eventlet program on aiohub."""

from __future__ import annotations

import os

from ._program import ProgramParser


def main() -> None:
    """Install the hub, then run the program as the `python` command would."""
    parser = _parser()
    options = parser.parse_args()
    words = parser.program_words(options)

    from ._install import install

    try:
        install(loop=options.loop, patch=not options.no_patch)
    except (ValueError, RuntimeError, ImportError) as exc:
        parser.error(f"--{exc}" if str(exc).startswith("loop=") else str(exc))
    parser.run_program(options, words)


def _parser() -> ProgramParser:
    parser = ProgramParser("aiohub", "[--loop LOOP] [--no-patch]", "Run an unmodified eventlet program on aiohub.")
    parser.add_argument(
        "--loop",
        default=os.environ.get("AIOHUB_LOOP") or None,
        help="engine, asyncio or uvloop; without it the variable AIOHUB_LOOP, else aiohub's own choice",
    )
    parser.add_argument("--no-patch", action="store_true", help="leave eventlet.monkey_patch() to the program")
    parser.add_program()
    return parser


if __name__ == "__main__":
    main()
