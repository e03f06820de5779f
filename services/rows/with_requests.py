"""requests, urllib3: sessions and pools shared by green threads, retries, a stream that is given up."""
# family: clients
# libraries: requests, urllib3

import eventlet

eventlet.monkey_patch()

import requests
import urllib3
from eventlet import wsgi
from support import others_run

failures = [503, 503]


def serve(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/slow":
        eventlet.sleep(0.2)
    if path == "/again" and failures:
        start_response(f"{failures.pop()} busy", [])
        return []
    start_response("200 OK", [])
    return (b"x" * 1000 for _ in range(1000)) if path == "/large" else [path.encode()]


listener = eventlet.listen(("127.0.0.1", 0))
eventlet.spawn(wsgi.server, listener, serve, log_output=False)
base = "http://127.0.0.1:%d" % listener.getsockname()[1]

with requests.Session() as session:
    session.trust_env = False
    with others_run("requests"):
        answers = list(eventlet.GreenPool(10).imap(lambda _: session.get(base + "/slow"), range(10)))
    print([answer.text for answer in answers].count("/slow"))
    with session.get(base + "/large", stream=True) as answer:
        print(len(next(answer.iter_content(500))))
    try:
        session.get(base + "/slow", timeout=0.05)
    except requests.ReadTimeout:
        print("too late")

pool = urllib3.PoolManager(maxsize=3, block=True)
with others_run("requests through a pool"):
    print(sum(eventlet.GreenPool(9).imap(lambda _: pool.request("GET", base + "/slow").status == 200, range(9))))
retries = urllib3.Retry(3, status_forcelist=[503], backoff_factor=0)
print(pool.request("GET", base + "/again", retries=retries).data.decode())

# prints:
# 10
# 500
# too late
# 9
# /again
