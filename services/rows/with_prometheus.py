"""prometheus_client: counters and timers in green threads and coroutines, its server in a patched thread."""
# family: loops and tools
# libraries: prometheus_client

import eventlet

eventlet.monkey_patch()

import asyncio
from urllib.request import urlopen

import prometheus_client as prometheus
from support import others_run, wait

calls = prometheus.Counter("calls", "calls", ["by"])
lasted = prometheus.Histogram("lasted", "seconds", buckets=[0.1, 60])


def green(_):
    with lasted.time():
        eventlet.sleep(0.2)
    calls.labels("green threads").inc()


async def coroutine():
    with lasted.time():
        await asyncio.sleep(0.2)
    calls.labels("coroutines").inc()


async def main():
    await asyncio.gather(*[coroutine() for _ in range(5)])


with others_run("calls"):
    list(eventlet.GreenPool().imap(green, range(5)))
    wait(main())
server, thread = prometheus.start_http_server(0, "127.0.0.1")
with urlopen("http://127.0.0.1:%d/metrics" % server.server_port) as answer:
    for line in answer.read().decode().splitlines():
        if line.startswith(("calls_total", "lasted_bucket")):
            print(line)
server.shutdown()
thread.join()

# prints:
# calls_total{by="green threads"} 5.0
# calls_total{by="coroutines"} 5.0
# lasted_bucket{le="0.1"} 0.0
# lasted_bucket{le="60.0"} 10.0
# lasted_bucket{le="+Inf"} 10.0
