"""uWSGI: an application that uses eventlet, between two requests and in one that waits."""
# family: servers
# libraries: pyuwsgi

import sys
import time

from driving import APPS, answers, free_port, get, running

STOOD_STILL = 3

port = free_port()
options = ["--http-socket", f"127.0.0.1:{port}", "--module", "ticking_wsgi", "--callable", "application", "--master"]
code = "import pyuwsgi, sys; pyuwsgi.run(sys.argv[1:])"
with running("-c", code, *options, "--need-app", "--die-on-term", "--python-path", str(APPS)) as server:
    server.until(lambda: answers(port), "an answer")
    before = int(get(port, "/ticks"))
    get(port, "/slow")
    meanwhile = int(get(port, "/ticks"))
    print("green threads run in a request that waits:", meanwhile > before + 1)
    time.sleep(2)
    ticks = int(get(port, "/ticks")) - meanwhile
    if ticks < 20:
        print(f"StoodStill: between two requests: green threads ran {ticks} times in 2 s", file=sys.stderr)
        sys.exit(STOOD_STILL)
    print("green threads run between requests: True")

# prints:
# green threads run in a request that waits: True
# green threads run between requests: True
