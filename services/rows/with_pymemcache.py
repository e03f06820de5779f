"""pymemcache: a pooled client that eight green threads share, compare and swap."""
# family: caches and storage
# libraries: pymemcache
# servers: memcached

import eventlet

eventlet.monkey_patch()

from pymemcache.client.base import PooledClient
from support import unique, url

client = PooledClient(url("memcached"), max_pool_size=8, timeout=30, default_noreply=False)
key = unique("counter")
client.set(key, b"0")


def count(_):
    while True:
        value, token = client.gets(key)
        eventlet.sleep(0)
        if client.cas(key, int(value) + 1, token):
            return


list(eventlet.GreenPool(8).imap(count, range(40)))
print(client.get(key))
client.set_many({f"{key}_{number}": b"x" * 100_000 for number in range(10)})
print(sum(map(len, client.get_many([f"{key}_{number}" for number in range(10)]).values())))
print(client.delete(key), client.get(key))

# prints:
# b'40'
# 1000000
# True None
