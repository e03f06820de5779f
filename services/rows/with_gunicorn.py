"""gunicorn: its eventlet worker under load, through HUP, TTIN, TTOU and TERM.

gunicorn 26 has no eventlet worker any more; this one is the last that has. The variable `EVENTLET_HUB` is the whole
change.
"""
# family: servers
# libraries: gunicorn
# limit: 120

from gunicorn_signals import drive

drive("eventlet")

# prints:
# HUP: two new workers
# TTIN and TTOU: one more, one less
# lost requests: []
# TERM: exit code 0 []
