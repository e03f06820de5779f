"""dnspython: blocking and asynchronous resolvers over UDP, against a name server in the process; a lost answer.

eventlet's own `getaddrinfo` uses it, too.
"""
# family: clients
# libraries: dnspython

import eventlet

eventlet.monkey_patch()

import dns.asyncresolver
import dns.flags
import dns.message
import dns.resolver
import dns.rrset
from eventlet.green import socket
from support import others_run, wait

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))


def answer(wire, sender):
    query = dns.message.from_wire(wire)
    name = query.question[0].name
    if str(name).startswith("lost"):
        return
    eventlet.sleep(0.2)
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.RA
    reply.answer.append(dns.rrset.from_text(name, 60, "IN", "A", "192.0.2.1"))
    server.sendto(reply.to_wire(), sender)


def serve():
    while True:
        eventlet.spawn(answer, *server.recvfrom(512))


def configure(resolver):
    resolver.nameservers, resolver.port, resolver.lifetime = ["127.0.0.1"], server.getsockname()[1], 5
    return resolver


eventlet.spawn(serve)
blocking = configure(dns.resolver.Resolver(configure=False))
with others_run("names asked for by green threads"):
    print([str(found[0]) for found in eventlet.GreenPool().imap(blocking.resolve, ["a.test.", "b.test."])])


async def ask():
    found = await configure(dns.asyncresolver.Resolver(configure=False)).resolve("c.test.", "A")
    return str(found[0])


with others_run("a name asked for by a coroutine"):
    print(wait(ask()))
blocking.lifetime = 0.3
try:
    with others_run("a lost answer"):
        blocking.resolve("lost.test.")
except dns.resolver.LifetimeTimeout:
    print("too late")

# prints:
# ['192.0.2.1', '192.0.2.1']
# 192.0.2.1
# too late
