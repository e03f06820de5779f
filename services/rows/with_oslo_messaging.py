"""oslo.messaging: RPC with the eventlet executor, calls that overlap, remote errors, a timeout, notifications."""
# family: messages
# libraries: oslo.messaging
# servers: rabbitmq
# limit: 90

import eventlet

eventlet.monkey_patch()

import logging

import oslo_messaging
from oslo_config import cfg
from support import others_run, unique, url

logging.disable(logging.WARNING)
conf = cfg.CONF
conf([])
address = url("rabbitmq").replace("amqp:", "rabbit:")
transport = oslo_messaging.get_rpc_transport(conf, url=address)
topic = unique("topic")


class Endpoint:
    def square(self, context, number):
        eventlet.sleep(0.2)
        return number**2

    def fail(self, context):
        raise ValueError("on the other side")

    def hang(self, context):
        eventlet.sleep(3)


target = oslo_messaging.Target(topic=topic, server="here")
server = oslo_messaging.get_rpc_server(transport, target, [Endpoint()], executor="eventlet")
server.start()
client = oslo_messaging.get_rpc_client(transport, oslo_messaging.Target(topic=topic), timeout=30)

with others_run("calls"):
    print(sum(eventlet.GreenPool(10).imap(lambda number: client.call({}, "square", number=number), range(20))))
try:
    client.call({}, "fail")
except ValueError as exc:
    print(type(exc).__name__)
try:
    with others_run("a call in vain"):
        client.prepare(timeout=1).call({}, "hang")
except oslo_messaging.MessagingTimeout:
    print("too late")


class Listener:
    def info(self, context, publisher, event_type, payload, metadata):
        noticed.send((publisher, event_type, payload))


noticed = eventlet.Event()
notifications = oslo_messaging.get_notification_transport(conf, url=address)
news = unique("news")
listener = oslo_messaging.get_notification_listener(
    notifications, [oslo_messaging.Target(topic=news)], [Listener()], executor="eventlet"
)
listener.start()
notifier = oslo_messaging.Notifier(notifications, "a publisher", driver="messagingv2", topics=[news])
notifier.info({}, "something.happened", {"number": 42})
print(*noticed.wait())
for each in listener, server:
    each.stop()
    each.wait()
client.transport.cleanup()
print("stopped")

# prints:
# 2470
# ValueError
# too late
# a publisher something.happened {'number': 42}
# stopped
