"""oslo.messaging: the broker is stopped and started again under way; calls go through afterwards.

A call that is sent before the server of it is back is lost, as the library documents: it times out and is made again.
"""
# family: messages
# libraries: oslo.messaging
# own: rabbitmq
# limit: 180
# short: no

import eventlet

eventlet.monkey_patch()

import json
import logging
import os
import subprocess

import oslo_messaging
from oslo_config import cfg
from support import unique, url

logging.disable(logging.CRITICAL)
conf = cfg.CONF
conf([])
transport = oslo_messaging.get_rpc_transport(conf, url=url("rabbitmq").replace("amqp:", "rabbit:"))
conf.set_override("kombu_reconnect_delay", 0.5, "oslo_messaging_rabbit")
conf.set_override("heartbeat_timeout_threshold", 4, "oslo_messaging_rabbit")
topic = unique("topic")


class Endpoint:
    def square(self, context, number):
        return number**2


target = oslo_messaging.Target(topic=topic, server="here")
server = oslo_messaging.get_rpc_server(transport, target, [Endpoint()], executor="eventlet")
server.start()
client = oslo_messaging.get_rpc_client(transport, oslo_messaging.Target(topic=topic), timeout=5)


def square(number):
    for _ in range(12):
        try:
            return client.call({}, "square", number=number)
        except oslo_messaging.MessagingTimeout:
            pass
    raise TimeoutError("no answer for a minute")


print(square(3))


def rabbitmqctl(word):
    """Ask the broker, which is this program's alone, to stop or to start its application."""
    env = {**os.environ, **json.loads(os.environ["SERVICES_RABBITMQ_ENV"])}
    subprocess.run(["/usr/lib/rabbitmq/bin/rabbitmqctl", word], env=env, check=True, stdout=subprocess.DEVNULL)


rabbitmqctl("stop_app")
waiting = eventlet.spawn(square, 4)
eventlet.sleep(1)
rabbitmqctl("start_app")
print(waiting.wait())
print(sum(eventlet.GreenPool(10).imap(square, range(10))))
# Twice the heartbeat: the connections stay.
eventlet.sleep(9)
print(square(5))
server.stop()
server.wait()

# prints:
# 9
# 16
# 285
# 25
