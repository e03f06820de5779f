"""aio-pika: publisher confirms, a consumer in a coroutine, answers to a green thread, an RPC that takes its time."""
# family: messages
# libraries: aio-pika, aiormq
# servers: rabbitmq

import eventlet

eventlet.monkey_patch()

import asyncio

import aio_pika
from aio_pika.patterns import RPC
from support import others_run, unique, url, wait


async def square(number):
    await asyncio.sleep(0.2)
    return number**2


async def main():
    connection = await aio_pika.connect_robust(url("rabbitmq"))
    async with connection:
        channel = await connection.channel(publisher_confirms=True)
        await channel.set_qos(prefetch_count=5)
        queue = await channel.declare_queue(unique("queue"), exclusive=True)
        for number in range(20):
            message = aio_pika.Message(str(number).encode())
            await channel.default_exchange.publish(message, routing_key=queue.name)
        total = 0
        async with queue.iterator() as messages:
            count = 0
            async for message in messages:
                async with message.process():
                    total += int(message.body)
                count += 1
                if count == 20:
                    break
        print(total)

        rpc = await RPC.create(channel)
        name = unique("square")
        await rpc.register(name, square, auto_delete=True)
        with others_run("calls"):
            print(sum(await asyncio.gather(*[rpc.call(name, {"number": number}) for number in range(10)])))
        try:
            await asyncio.wait_for(queue.get(timeout=5, fail=True), 5)
        except aio_pika.exceptions.QueueEmpty:
            print("empty")
        await rpc.close()


wait(main())

# prints:
# 190
# 285
# empty
