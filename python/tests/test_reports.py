"""Programs after public reports of bugs in eventlet, gevent, asyncio and what joins them: `reports`, one for each.

The first line of a program names the report; `prints:` is what it has to print, `needs Python 3.11:` says why it has to
be so new.
"""

import re
import sys
from pathlib import Path

import pytest

PROGRAMS = sorted(Path(__file__).with_name("reports").glob("[a-z]*.py"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_a_reported_program_does_what_was_expected_of_it(run_script, program):
    text = program.read_text()
    needs = re.search(r"^needs Python (\d+)\.(\d+): (.*)$", text, re.MULTILINE)
    if needs and sys.version_info < (int(needs[1]), int(needs[2])):
        pytest.skip(needs[3])
    expected = re.findall(r"^prints: (.*)$", text, re.MULTILINE)
    result = run_script(program)
    assert (result.stdout.splitlines(), result.stderr) == (expected, "")
    assert result.returncode == 0
