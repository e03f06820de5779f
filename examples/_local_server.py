"""A plain HTTP server in a process of its own: the examples need somebody to talk to.

It knows nothing of eventlet, asyncio or aiohub, so whatever happens at once happens because the client does it at once.

    /hello                           answers "hello"
    /slow?seconds=S                  answers "slow" after S seconds
    /together?parties=N&seconds=S    answers "together" S seconds after N such requests are open at the same time;
                                     clients that wait for each other get a 503 instead
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

# How long /together waits for the others: long enough for a slow machine, short enough to fail a demo and not hang it.
TOGETHER_TIMEOUT_S = 20


@contextlib.contextmanager
def local_server() -> Iterator[str]:
    """Run the server for the length of a ``with`` block; the value is its address, as in ``http://127.0.0.1:34567``."""
    process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    try:
        port = int(process.stdout.readline().split()[-1])
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.barriers: dict[int, threading.Barrier] = {}

    def meet(self, parties: int) -> bool:
        """Wait until *parties* requests are here; False when they did not come."""
        with self.lock:
            barrier = self.barriers.get(parties)
            if barrier is None or barrier.broken:
                barrier = self.barriers[parties] = threading.Barrier(parties, timeout=TOGETHER_TIMEOUT_S)
        try:
            barrier.wait()
        except threading.BrokenBarrierError:
            return False
        return True


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        if url.path == "/together" and not self.server.meet(int(query["parties"])):
            self.answer(503, "the others did not come")
        elif url.path in ("/hello", "/slow", "/together"):
            time.sleep(float(query.get("seconds", 0)))
            self.answer(200, url.path[1:])
        else:
            self.answer(404, "no such page")

    def answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet: the example that runs beside this server has the terminal."""


def main() -> None:
    # A terminal's Ctrl-C reaches this process too, but it is meant for the example.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"listening on {server.server_port}", flush=True)
    # The example holds the other end of the pipe: however it ends, this process ends with it.
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
