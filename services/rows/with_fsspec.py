"""fsspec: files over HTTP by its asynchronous side, and by its blocking one, which has a loop of its own in an OS
thread."""
# family: caches and storage
# libraries: fsspec, aiohttp

import eventlet

eventlet.monkey_patch()

import fsspec
import fsspec.asyn
from eventlet import wsgi
from fsspec.implementations.http import HTTPFileSystem
from support import others_run, wait

CONTENT = bytes(range(256)) * 1000


def serve(environ, start_response):
    eventlet.sleep(0.2)
    size = len(CONTENT)
    if "HTTP_RANGE" not in environ:
        start_response("200 OK", [("Content-Length", str(size)), ("Accept-Ranges", "bytes")])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else CONTENT]
    first, last = environ["HTTP_RANGE"].removeprefix("bytes=").split("-")
    part = CONTENT[int(first) : int(last) + 1]
    content_range = f"bytes {first}-{int(first) + len(part) - 1}/{size}"
    start_response("206 Partial", [("Content-Length", str(len(part))), ("Content-Range", content_range)])
    return [part]


listener = eventlet.listen(("127.0.0.1", 0))
eventlet.spawn(wsgi.server, listener, serve, log_output=False)
base = "http://127.0.0.1:%d/" % listener.getsockname()[1]


async def coroutine():
    files = HTTPFileSystem(asynchronous=True, skip_instance_cache=True)
    session = await files.set_session()
    with others_run("files by a coroutine"):
        found = await files._cat([base + name for name in "abcdefghijklmnopqrst"], batch_size=5)
    await session.close()
    return len(found), all(content == CONTENT for content in found.values())


print(*wait(coroutine()))
with others_run("files by a green thread"):
    files = fsspec.filesystem("http")
    print(all(files.cat(base + name) == CONTENT for name in "xyz"))
with fsspec.open(base + "y", "rb", block_size=1000, cache_type="readahead") as file:
    file.seek(1000)
    print(file.read(8).hex())

# prints:
# 20 True
# True
# e8e9eaebecedeeef
