"""Flask: plain and async views on eventlet's WSGI server, context of the request in both, a stream."""
# family: servers
# libraries: Flask, asgiref, Werkzeug

import eventlet

eventlet.monkey_patch()

import asyncio
from urllib.request import urlopen

from eventlet import wsgi
from flask import Flask, g, request, stream_with_context
from support import others_run

app = Flask(__name__)


@app.before_request
def remember():
    g.name = request.args.get("name", "")


@app.get("/plain")
def plain():
    eventlet.sleep(0.2)
    return g.name


@app.get("/async")
async def asynchronous():
    await asyncio.sleep(0.2)
    return g.name


@app.get("/stream")
def stream():
    return app.response_class(stream_with_context(f"{number};" for number in range(3)))


listener = eventlet.listen(("127.0.0.1", 0))
eventlet.spawn(wsgi.server, listener, app, log_output=False)
base = "http://127.0.0.1:%d/" % listener.getsockname()[1]


def get(path):
    with urlopen(base + path) as answer:
        return answer.read().decode()


for kind in "plain", "async":
    with others_run(f"{kind} views"):
        print(*eventlet.GreenPool(5).imap(lambda name, kind=kind: get(f"{kind}?name={name}"), "abcde"))
print(get("stream"))

# prints:
# a b c d e
# a b c d e
# 0;1;2;
