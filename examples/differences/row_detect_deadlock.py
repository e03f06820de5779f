"""A report when nothing can ever run again."""

import eventlet

import aiohub

aiohub.debug.detect_deadlock(interval=0.05)
try:
    eventlet.event.Event().wait()
except aiohub.DeadlockError as exc:
    print("yes" if "green thread <main" in str(exc) else "no")
