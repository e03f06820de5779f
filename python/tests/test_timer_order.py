"""Timers that are overdue together fire in the order in which eventlet's own hub fires them (promise 28)."""

import json
import random
from pathlib import Path

PROGRAM = Path(__file__).parent / "_timer_order.py"
RUNS = 100


def test_overdue_timers_fire_as_on_epolls(run_script, loop_name):
    seed = random.randrange(10**6)

    def order(hub):
        done = run_script(PROGRAM, hub, seed, RUNS)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    ours, theirs = order(loop_name), order("epolls")
    assert sum(map(len, theirs)) > 10 * RUNS
    differing = {
        seed + number: pair for number, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1]
    }
    assert not differing
