"""pytest-asyncio: its tests, and those of anyio's plugin, under `monkey_patch` with green threads in fixtures."""
# family: loops and tools
# libraries: pytest-asyncio, pytest, anyio

import re

from driving import APPS, running

code = "import eventlet; eventlet.monkey_patch(); import pytest; raise SystemExit(pytest.main())"
options = {"PYTEST_ADDOPTS": f"-q -p no:cacheprovider --asyncio-mode=strict -c /dev/null {APPS}/test_both_worlds.py"}
with running("-c", code, env=options) as tests:
    exit_code = tests.end()
    print(re.search(r"\d+ (passed|failed).*(?= in )", tests.said()).group())
    if exit_code:
        raise SystemExit("AssertionError: " + re.search(r"^E +(.*)", tests.said(), re.MULTILINE).group(1))

# prints:
# 4 passed
