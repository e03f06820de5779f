"""gunicorn: aiohub's own worker under load, through HUP, TTIN, TTOU and TERM.

It takes the place of eventlet's, which gunicorn 26 has no more.
"""
# family: servers
# libraries: gunicorn
# limit: 120
# only: aiohub

from gunicorn_signals import drive

drive("aiohub.gunicorn.Worker")

# prints:
# HUP: two new workers
# TTIN and TTOU: one more, one less
# lost requests: []
# TERM: exit code 0 []
