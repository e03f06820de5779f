"""redis, redis.asyncio: both clients in one process, blocking pops, pipelines, and messages that are published."""
# family: caches and storage
# libraries: redis
# servers: redis

import eventlet

eventlet.monkey_patch()

import asyncio

import redis
import redis.asyncio
from support import others_run, unique, url, wait

jobs, answers, news = unique("jobs"), unique("answers"), unique("news")
blocking = redis.Redis.from_url(url("redis"))


def green_worker():
    for _ in range(20):
        _, number = blocking.blpop(jobs)
        blocking.rpush(answers, int(number) ** 2)


async def async_client():
    async with redis.asyncio.Redis.from_url(url("redis")) as client:
        async with client.pipeline() as pipe:
            for number in range(20):
                pipe.rpush(jobs, number)
            await pipe.execute()
        return sum([int((await client.blpop(answers))[1]) for _ in range(20)])


worker = eventlet.spawn(green_worker)
with others_run("a blocking pop"):
    eventlet.sleep(0.2)
print(wait(async_client()))
worker.wait()


async def listen(subscribed):
    async with redis.asyncio.Redis.from_url(url("redis")) as client, client.pubsub() as pubsub:
        await pubsub.subscribe(news)
        async for message in pubsub.listen():
            if message["type"] == "subscribe":
                subscribed.send()
            else:
                return message["data"].decode()


subscribed = eventlet.Event()
listener = eventlet.spawn(wait, listen(subscribed))
subscribed.wait()
blocking.publish(news, "published by a green thread")
print(listener.wait())


async def wait_in_vain():
    async with redis.asyncio.Redis.from_url(url("redis")) as client:
        try:
            await asyncio.wait_for(client.blpop(unique("nothing")), 0.2)
        except asyncio.TimeoutError:
            return "too late"


with others_run("a pop in vain"):
    print(wait(wait_in_vain()))
print(blocking.delete(jobs, answers))

# prints:
# 2470
# published by a green thread
# too late
# 0
