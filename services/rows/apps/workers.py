"""An oslo.service with two workers, each of which serves a WSGI application and ticks."""

import os
import sys

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi
from oslo_config import cfg
from oslo_service import service
from support import Ticks, start_ticking

listener = eventlet.listen(("127.0.0.1", int(sys.argv[1])))


def application(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        eventlet.sleep(0.1)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()} {Ticks.count}".encode()]


def say(what):
    # One write: several processes have this file, and what they print in pieces comes mixed.
    os.write(1, f"{what}\n".encode())


class Served(service.Service):
    def start(self):
        super().start()
        start_ticking()
        self.server = self.tg.add_thread(wsgi.server, listener, application, log_output=False, keepalive=False)
        say(f"started {os.getpid()}")

    def stop(self, graceful=False):
        super().stop(graceful)
        say(f"stopped {os.getpid()}")

    def reset(self):
        say(f"reset {os.getpid()}")


cfg.CONF([])
service.launch(cfg.CONF, Served(), workers=2, restart_method="mutate").wait()
print("over", flush=True)
