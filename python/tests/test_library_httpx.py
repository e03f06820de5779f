"""httpx on aiohub: the asynchronous client, whose pool of connections looks at sockets with `select`."""

import pytest

PROGRAM = """
import asyncio, os
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=os.environ["PATCH"] == "1")
import eventlet, httpx

async def serve(reader, writer):
    try:
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            eventlet.sleep(0)
            await asyncio.sleep(0)
            writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello")
    except (ConnectionError, asyncio.CancelledError):
        pass
    finally:
        writer.close()

async def get(client, url, count):
    replies = await asyncio.gather(*[client.get(url) for _ in range(count)])
    return [reply.text for reply in replies]

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = "http://127.0.0.1:%d/" % server.sockets[0].getsockname()[1]
    async with httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=3)) as client:
        for _ in range(3):
            assert await get(client, url, 2) == ["hello"] * 2
        assert await get(client, url, 10) == ["hello"] * 10
        threads = [eventlet.spawn(aiohub.wait, get(client, url, 4)) for _ in range(3)]
        for thread in threads:
            assert await thread == ["hello"] * 4
    server.close()

    def blocking():
        with httpx.Client(trust_env=False) as client:
            return [client.get(url).text for _ in range(3)]

    if os.environ["PATCH"] == "1":
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = "http://127.0.0.1:%d/" % server.sockets[0].getsockname()[1]
        assert await eventlet.spawn(blocking) == ["hello"] * 3
        assert blocking() == ["hello"] * 3  # in the coroutine itself
        server.close()
    return "done"

print(aiohub.run(main()))
"""


@pytest.mark.parametrize("patch", ["1", "0"], ids=["patched", "unpatched"])
def test_several_requests_at_once(run_script, patch):
    result = run_script(PROGRAM, env={"PATCH": patch, "PYTHONWARNINGS": "ignore"})
    assert (result.stdout, result.stderr, result.returncode) == ("done\n", "", 0)
