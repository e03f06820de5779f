"""gunicorn: its eventlet worker under load, through HUP, TTIN, TTOU and TERM.

gunicorn 26 has no eventlet worker any more; this one is the last that has. The variable `EVENTLET_HUB` is the whole
change.
"""
# family: servers
# libraries: gunicorn
# limit: 120

from gunicorn_signals import drive

# On HUP and TTOU it now and then resets a connection that it has just accepted, on eventlet's own hubs too.
drive("eventlet", may_reset=True)

# prints:
# HUP: two new workers
# TTIN and TTOU: one more, one less
# lost requests: []
# TERM: exit code 0 []
