"""nameko: two services in one process over RabbitMQ; calls that overlap, remote errors, events, a timer, HTTP, the end
of a job when its service stops."""
# family: messages
# libraries: nameko, kombu
# servers: rabbitmq
# limit: 120

import eventlet

eventlet.monkey_patch()

from urllib.request import urlopen

from driving import free_port
from nameko.events import EventDispatcher, event_handler
from nameko.exceptions import RemoteError
from nameko.rpc import RpcProxy, rpc
from nameko.runners import ServiceRunner
from nameko.standalone.rpc import ClusterRpcProxy
from nameko.timer import timer
from nameko.web.handlers import http
from support import others_run, unique, url

NUMBERS, FRONT = unique("numbers"), unique("front")
port = free_port()
events, ended = eventlet.Queue(), []


class Numbers:
    name = NUMBERS
    dispatch = EventDispatcher()

    @rpc
    def square(self, number):
        eventlet.sleep(0.2)
        self.dispatch("squared", number)
        return number**2

    @rpc
    def divide(self, number, by):
        return number / by

    @rpc
    def slow(self):
        events.put("slow begun")
        eventlet.sleep(0.5)
        ended.append("slow")


class Front:
    name = FRONT
    numbers = RpcProxy(NUMBERS)

    @http("GET", "/square/<int:number>")
    def square(self, request, number):
        return str(self.numbers.square(number))

    @event_handler(NUMBERS, "squared")
    def squared(self, number):
        events.put(number)

    @timer(interval=0.05)
    def tick(self):
        events.put("tick")


def next_events(count, *, ticks=False):
    kept = []
    while len(kept) < count:
        event = events.get(timeout=30)
        if (event == "tick") == ticks:
            kept.append(event)
    return kept


config = {"AMQP_URI": url("rabbitmq"), "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}", "max_workers": 10}
runner = ServiceRunner(config=config)
runner.add_service(Numbers)
runner.add_service(Front)
runner.start()
with ClusterRpcProxy(config, timeout=30) as cluster:
    numbers = cluster[NUMBERS]
    with others_run("calls"):
        answers = [numbers.square.call_async(number) for number in range(5)]
        print("squares:", [answer.result() for answer in answers])
    print("events:", sorted(next_events(5)))
    try:
        numbers.divide(1, 0)
    except RemoteError as exc:
        print("remote error:", exc.exc_type)
    with urlopen(f"http://127.0.0.1:{port}/square/7", timeout=30) as response:
        print("HTTP, then RPC:", response.read().decode())
    print("timer:", *next_events(2, ticks=True))
    print("event:", *next_events(1))
    numbers.slow.call_async()
    print(*next_events(1))
    runner.stop()
    print("a job that had begun came to its end:", ended)

# prints:
# squares: [0, 1, 4, 9, 16]
# events: [0, 1, 2, 3, 4]
# remote error: ZeroDivisionError
# HTTP, then RPC: 49
# timer: tick tick
# event: 7
# slow begun
# a job that had begun came to its end: ['slow']
