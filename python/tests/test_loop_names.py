"""Name resolution on aiohub.EventLoop agrees with socket.getaddrinfo."""

import pytest

from aiohub import _factories

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(_factories.engine_factory() is None, reason="the engine is not built or turned off"),
]


def test_answers_and_errors_are_those_of_the_socket_module(run_script):
    result = run_script(
        """
        import socket
        import aiohub

        QUESTIONS = [
            ("127.0.0.1", 80, {}),
            ("127.1", 80, {}),
            ("::1", "http", {"type": socket.SOCK_STREAM}),
            ("localhost", 443, {"type": socket.SOCK_STREAM}),
            ("localhost", "domain", {"type": socket.SOCK_DGRAM}),
            (socket.gethostname(), 1, {"family": socket.AF_INET}),
            (None, 8080, {"flags": socket.AI_PASSIVE, "type": socket.SOCK_STREAM}),
            ("", 8080, {}),
            ("127.0.0.1", None, {"proto": socket.IPPROTO_UDP}),
            ("::1", 80, {"family": socket.AF_INET}),
            ("localhost", 80, {"flags": socket.AI_NUMERICHOST}),
            ("localhost", "no-such-service", {}),
            ("256.256.256.256", 80, {"flags": socket.AI_NUMERICHOST}),
            (b"localhost", b"80", {"type": socket.SOCK_STREAM}),
        ]

        def answer(call):
            try:
                return call()
            except OSError as exc:
                return type(exc), exc.errno, str(exc)

        loop = aiohub.new_event_loop()
        for host, port, hints in QUESTIONS:
            got = answer(lambda: loop.run_until_complete(loop.getaddrinfo(host, port, **hints)))
            want = answer(lambda: socket.getaddrinfo(host, port, **hints))
            print(got == want or (host, port, hints, got, want))
        for flags in (0, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV):
            got = answer(lambda: loop.run_until_complete(loop.getnameinfo(("127.0.0.1", 80), flags)))
            want = answer(lambda: socket.getnameinfo(("127.0.0.1", 80), flags))
            print(got == want or (flags, got, want))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        """
    )
    assert (result.stdout, result.stderr) == ("True\n" * 16, "")


def test_connecting_to_an_address_asks_nobody(run_script):
    result = run_script(
        """
        import asyncio, socket
        import aiohub

        def refuse(*args, **kwargs):
            raise AssertionError(f"getaddrinfo was asked for {args}")

        async def main():
            server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
            async with server:
                socket.getaddrinfo = refuse
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                print(await reader.read())
                writer.close()

        loop = aiohub.new_event_loop()
        loop.run_until_complete(main())
        loop.close()
        """
    )
    assert (result.stdout, result.stderr) == ("b''\n", "")
