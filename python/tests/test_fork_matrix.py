"""The fork matrix: what goes on before a fork x what the child does then; each cell is a process of its own.

Here every second situation meets one of the things that a child does; `make fork-matrix` tries all.
"""

from pathlib import Path

PROGRAM = Path(__file__).with_name("_fork_matrix.py")
#: Twice as many as a child may do things. Which of them it is goes by the loop, so that three loops try more than one.
SHARES = 28


def test_fork_matrix(run_script, loop_name):
    share = ["engine", "asyncio", "uvloop"].index(loop_name)
    result = run_script(PROGRAM, loop_name, f"{share}/{SHARES}", timeout=300, env={"PYTHONWARNINGS": "ignore"})
    assert (result.stderr, result.returncode) == ("", 0), result.stdout + result.stderr
    assert result.stdout.startswith("0 of "), result.stdout
