"""gunicorn as a script: at USR2 it starts itself anew by the file that it was started with."""

from gunicorn.app.wsgiapp import run

run(prog="gunicorn")
