"""uvicorn on the hub's loop: `--loop aiohub:hub_loop`, and green code below its coroutines."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import urllib.request

import pytest

pytest.importorskip("uvicorn", reason="uvicorn is not installed")

APPLICATION = """
import asyncio, eventlet

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    eventlet.sleep(0)
    loop, hub = asyncio.get_running_loop(), eventlet.hubs.get_hub()
    words = [await eventlet.spawn(green), type(loop).__name__, type(hub).__module__]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": " ".join(words).encode()})

def green():
    eventlet.sleep(0)
    return "green"
"""


def test_uvicorn(tmp_path, loop_name):
    (tmp_path / "application.py").write_text(APPLICATION)
    command = [sys.executable, "-W", "ignore", "-m", "uvicorn", "--loop", "aiohub:hub_loop", "--port", "0"]
    server = subprocess.Popen(
        [*command, "--no-use-colors", "application:app"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "AIOHUB_LOOP": loop_name},
    )
    try:
        log = []
        for line in server.stderr:
            log.append(line)
            if found := re.search(r"running on (http://\S+)", line):
                break
        name = {"engine": "EventLoop", "asyncio": "_UnixSelectorEventLoop", "uvloop": "Loop"}[loop_name]
        with contextlib.closing(urllib.request.urlopen(found[1], timeout=60)) as response:
            assert response.read().decode() == f"green {name} aiohub.hub"
        server.send_signal(signal.SIGTERM)
        assert "Application shutdown complete" in server.stderr.read()
        server.wait(60)
    finally:
        server.kill()
        server.wait()
        server.stderr.close()


def test_a_runner_on_the_hubs_loop(run_script):
    result = run_script(
        """
import asyncio, sys
import aiohub

async def main():
    import eventlet
    eventlet.sleep(0)
    return await eventlet.spawn(lambda: eventlet.sleep(0) or "green")

if sys.version_info >= (3, 11):
    with asyncio.Runner(loop_factory=aiohub.hub_loop) as runner:
        print(runner.run(main()))
else:
    print(aiohub.hub_loop().run_until_complete(main()))
import eventlet
print(eventlet.spawn(lambda: eventlet.sleep(0) or "again").wait())
"""
    )
    assert result.stdout == "green\nagain\n", result.stderr
