"""Use an installed aiohub: python trial.py engine|asyncio, the loop it has to run on.

Prints one line; fails if it does not work.
"""

import subprocess
import sys


def import_ms(module):
    """Processor time to import a module in a fresh interpreter, best of three, less that of importing nothing."""
    code = "import resource, sys; {}; u = resource.getrusage(resource.RUSAGE_SELF); print(u.ru_utime + u.ru_stime)"

    def best(line):
        return min(
            float(subprocess.run([sys.executable, "-c", code.format(line)], capture_output=True, check=True).stdout)
            for _ in range(3)
        )

    return (best(f"import {module}") - best("pass")) * 1000


def main():
    wanted = sys.argv[1]
    import asyncio
    import socket

    import aiohub

    loop = aiohub.new_event_loop() if wanted == "engine" else asyncio.new_event_loop()
    loop.close()

    aiohub.install(loop=wanted)
    import eventlet

    server = eventlet.listen(("127.0.0.1", 0))

    def serve():
        connection, _ = server.accept()
        connection.sendall(connection.recv(100).upper())
        connection.close()

    eventlet.spawn(serve)

    async def ask():
        reader, writer = await asyncio.open_connection(*server.getsockname())
        writer.write(b"both worlds")
        answer = await reader.read()
        writer.close()
        await asyncio.sleep(0)
        return answer

    assert aiohub.wait(ask()) == b"BOTH WORLDS"
    kind = type(aiohub.get_loop())
    native = any(base.__module__.startswith("aiohub.loop") for base in kind.__mro__)
    assert native == (wanted == "engine"), kind.__mro__
    assert "aiohub.loop" in sys.modules or wanted != "engine"
    assert socket.socket().fileno() >= 0
    print(
        f"{wanted}: an eventlet server answered an asyncio client on {kind.__module__}.{kind.__qualname__}; "
        f"import aiohub {import_ms('aiohub'):.1f} ms, aiohub.hub {import_ms('aiohub.hub'):.1f} ms, "
        f"eventlet {import_ms('eventlet'):.1f} ms"
    )


main()
