"""Programs after public reports of bugs in eventlet, gevent, asyncio and what joins them: `reports`, one for each.

The first line of a program names the report; `prints:` is what it has to print.
"""

import re
from pathlib import Path

import pytest

PROGRAMS = sorted(Path(__file__).with_name("reports").glob("[a-z]*.py"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_a_reported_program_does_what_was_expected_of_it(run_script, program):
    expected = re.findall(r"^prints: (.*)$", program.read_text(), re.MULTILINE)
    result = run_script(program)
    assert (result.stdout.splitlines(), result.stderr) == (expected, "")
    assert result.returncode == 0
