"""Diagnostics: what holds the loop, what waits for ever, who waits for whom.

All of it is off until it is asked for, and reads live objects: nothing is recorded while a program runs.
"""

from __future__ import annotations

from ._blocking import detect_blocking
from ._deadlock import detect_deadlock
from ._stack import format_stack
from ._statistics import Statistics, statistics

__all__ = ["Statistics", "detect_blocking", "detect_deadlock", "format_stack", "statistics"]
