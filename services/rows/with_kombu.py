"""kombu: producers and consumers in green threads, acknowledgements, heartbeats while a consumer waits."""
# family: messages
# libraries: kombu, amqp
# servers: rabbitmq

import eventlet

eventlet.monkey_patch()

import kombu
from kombu.mixins import ConsumerMixin
from support import others_run, unique, url

exchange = kombu.Exchange(unique("exchange"), "topic", durable=False, auto_delete=True)
queue = kombu.Queue(unique("queue"), exchange, "numbers.#", durable=False, auto_delete=True)
received = eventlet.Queue()


class Consumer(ConsumerMixin):
    def __init__(self):
        self.connection = kombu.Connection(url("rabbitmq"), heartbeat=4)
        self.ready = eventlet.Event()

    def get_consumers(self, consumer_class, channel):
        return [consumer_class([queue], callbacks=[self.receive], prefetch_count=5)]

    def on_consume_ready(self, connection, channel, consumers, **kwargs):
        if not self.ready.ready():  # it comes back after a connection that was lost
            self.ready.send()

    def receive(self, body, message):
        eventlet.sleep(0.01)
        message.ack()
        received.put(body["number"])


consumer = Consumer()
thread = eventlet.spawn(consumer.run)
consumer.ready.wait()


def produce(number):
    with kombu.Connection(url("rabbitmq")) as connection:
        producer = connection.Producer(exchange=exchange)
        producer.publish({"number": number}, routing_key="numbers.square", retry=True)


list(eventlet.GreenPool(5).imap(produce, range(20)))
print(sum(received.get() for _ in range(20)))

with kombu.Connection(url("rabbitmq")) as connection, connection.SimpleBuffer(unique("empty")) as empty:
    with others_run("a wait for a message"):
        try:
            empty.get(timeout=0.3)
        except empty.Empty:
            print("nothing came")
    with others_run("reading the socket"):
        try:
            connection.drain_events(timeout=0.3)
        except TimeoutError:
            print("timed out")

# The server closes a connection whose heartbeat stays out for twice the interval.
eventlet.sleep(10)
while received.empty():
    produce(42)
    eventlet.sleep(0.2)
print(received.get())
consumer.should_stop = True
thread.wait()

# prints:
# 190
# nothing came
# timed out
# 42
