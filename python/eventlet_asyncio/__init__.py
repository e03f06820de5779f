"""The module name under which the aiohub proposal imports its two functions."""

from aiohub import future_to_greenlet, greenlet_to_future

__all__ = ["future_to_greenlet", "greenlet_to_future"]
