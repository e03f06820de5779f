"""eventlet/eventlet#249: http.server in a patched thread hangs at its start, and at `shutdown`.

prints: status 200
prints: shut down
"""

from _start import start

start()
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments) -> None:
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
thread = threading.Thread(target=server.serve_forever)
thread.start()
with urllib.request.urlopen(f"http://127.0.0.1:{server.server_address[1]}/") as answer:
    print("status", answer.status)
server.shutdown()
thread.join()
server.server_close()
print("shut down")
