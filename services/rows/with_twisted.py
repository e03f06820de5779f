"""Twisted: its asyncio reactor on the hub's loop, a web server, a client, and Deferreds that are awaited."""
# family: servers
# libraries: Twisted

import eventlet

eventlet.monkey_patch()

import asyncio

from support import others_run, wait


async def main():
    from twisted.internet import asyncioreactor

    asyncioreactor.install(asyncio.get_running_loop())
    from twisted.internet import defer, protocol, reactor, task, threads
    from twisted.web import client, resource, server

    class Page(resource.Resource):
        isLeaf = True

        def render_GET(self, request):
            task.deferLater(reactor, 0.2, lambda: (request.write(b"from Twisted"), request.finish()))
            return server.NOT_DONE_YET

    reactor.startRunning(installSignalHandlers=False)
    port = reactor.listenTCP(0, server.Site(Page()), interface="127.0.0.1")
    agent = client.Agent(reactor)

    async def get():
        answer = await agent.request(b"GET", b"http://127.0.0.1:%d/" % port.getHost().port)
        return (await client.readBody(answer)).decode()

    with others_run("requests"):
        found = defer.gatherResults([defer.ensureDeferred(get()) for _ in range(5)])
        print(set(await found.asFuture(asyncio.get_running_loop())))

    class Shout(protocol.Protocol):
        def dataReceived(self, data):
            self.transport.write(data.upper())

    shout = reactor.listenTCP(0, protocol.Factory.forProtocol(Shout), interface="127.0.0.1")
    reader, writer = await asyncio.open_connection("127.0.0.1", shout.getHost().port)
    writer.write(b"a word")
    print((await reader.readexactly(6)).decode())
    writer.close()
    print(await threads.deferToThread(sum, range(10)).asFuture(asyncio.get_running_loop()))
    await defer.gatherResults([port.stopListening(), shout.stopListening()]).asFuture(asyncio.get_running_loop())
    # No reactor.run: the hub runs the loop.
    reactor.threadpool.stop()


wait(main())

# prints:
# {'from Twisted'}
# A WORD
# 45
