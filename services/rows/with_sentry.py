"""sentry-sdk: errors of green threads and coroutines reach the server, each with the tags of its own scope."""
# family: loops and tools
# libraries: sentry-sdk

import eventlet

eventlet.monkey_patch()

import asyncio
import gzip
import json

import sentry_sdk
from eventlet import wsgi
from sentry_sdk.integrations.asyncio import AsyncioIntegration
from support import others_run, wait

events = []


def serve(environ, start_response):
    body = environ["wsgi.input"].read()
    if environ.get("HTTP_CONTENT_ENCODING") == "gzip":
        body = gzip.decompress(body)
    lines = [json.loads(line) for line in body.splitlines() if line.startswith(b"{")]
    events.extend(line for line in lines if "exception" in line)
    eventlet.sleep(0.2)
    start_response("200 OK", [])
    return [b"{}"]


listener = eventlet.listen(("127.0.0.1", 0))
eventlet.spawn(wsgi.server, listener, serve, log_output=False)
sentry_sdk.init(
    dsn="http://key@127.0.0.1:%d/1" % listener.getsockname()[1],
    default_integrations=False,
    integrations=[AsyncioIntegration()],
)


def green(name):
    with sentry_sdk.isolation_scope() as scope:
        scope.set_tag("who", name)
        eventlet.sleep(0.01)
        try:
            raise ValueError(name)
        except ValueError as exc:
            sentry_sdk.capture_exception(exc)


async def coroutine(name):
    with sentry_sdk.isolation_scope() as scope:
        scope.set_tag("who", name)
        await asyncio.sleep(0.01)
        try:
            raise ValueError(name)
        except ValueError as exc:
            sentry_sdk.capture_exception(exc)


async def main():
    await asyncio.gather(*[coroutine(f"coroutine {number}") for number in range(3)])


list(eventlet.GreenPool().imap(green, [f"green thread {number}" for number in range(3)]))
wait(main())
with others_run("sending what is left"):
    sentry_sdk.flush(timeout=20)
    eventlet.sleep(0.2)
for event in sorted(events, key=lambda event: event["tags"]["who"]):
    print(event["tags"]["who"], "=", event["exception"]["values"][0]["value"])

# prints:
# coroutine 0 = coroutine 0
# coroutine 1 = coroutine 1
# coroutine 2 = coroutine 2
# green thread 0 = green thread 0
# green thread 1 = green thread 1
# green thread 2 = green thread 2
