import os
import threading
from concurrent.futures import ThreadPoolExecutor

from oslo_service import service

import messaging


class Server(service.Service):
    def __init__(self):
        super().__init__()
        self._initialized = False
        self._name = ""
        self.rpc = None

    def init_host(self):
        if self._initialized:
            return
        self.rpc = messaging.get_server()
        self.rpc.start()
        self._initialized = True

    def start(self):
        self.init_host()

    def name(self):
        if not self._name:
            self._name = "x"
        return self._name


def serve(server, workers=None):
    service.launch(None, server, workers=workers)


def main(workers):
    server = Server()
    server.name()
    server.init_host()  # want AH708 "`self._initialized` is set, as a sign that something was started, before `oslo_service.service.launch`"
    serve(server, workers=workers)


def one():
    server = Server()
    server.init_host()
    serve(server, workers=1)


def later(workers):
    server = Server()
    serve(server, workers=workers)
    server.init_host()


def forking():
    pool = ThreadPoolExecutor(2)
    pool.submit(print)  # want AH708 "`concurrent.futures.ThreadPoolExecutor.submit` starts a thread before `os.fork`"
    threading.Thread(target=print).start()  # want AH708 "`threading.Thread.start` starts a thread before `os.fork`"
    if os.fork() == 0:
        threading.Thread(target=print).start()
