"""gunicorn: a version that has no eventlet worker, with aiohub's; all signals under load, keep-alive, a request that
does not end in time, a websocket."""
# family: servers
# libraries: gunicorn
# packages: newer
# limit: 120
# only: aiohub

import http.client
import importlib.util
import os
import signal
from contextlib import closing
from pathlib import Path

import websocket
from driving import Load, get
from gunicorn_signals import replace_and_count, replace_master, serving, terminate, until_booted, until_gone

WORKER = "aiohub.gunicorn.Worker"
# The path of its control socket is the same for all gunicorns of a user.
OPTIONS = ("--no-control-socket", "--keep-alive", "2")


def under_load():
    with serving(WORKER, *OPTIONS, "--access-logfile", "access.log") as (server, port):
        with Load(port, "/slow") as load:
            replace_and_count(server, load)
            Path("access.log").rename("old.log")
            server.signal(signal.SIGUSR1)
            server.until(lambda: Path("access.log").exists() and Path("access.log").read_text(), "a new log")
            print("USR1: a new log")
            second = replace_master(server, load)
            load.stop()
            print("lost requests:", load.errors)
        os.kill(second, signal.SIGTERM)
        server.until(lambda: f"[{second}] [INFO] Shutting down" in server.said(), "the end of the second")


def kept_alive(port):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        pids = set()
        for _ in range(5):
            connection.request("GET", "/pid")
            pids.add(connection.getresponse().read())
            sock = connection.sock
        print("keep-alive: answers of", len(pids), "worker; idle:", sock.recv(1))


def one_server():
    with serving(WORKER, *OPTIONS, "--graceful-timeout", "2", workers=1) as (server, port):
        kept_alive(port)
        client = websocket.create_connection(f"ws://127.0.0.1:{port}/echo", timeout=30)
        client.send("hello")
        print("websocket:", client.recv())
        client.close()
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as waiting:
            waiting.request("GET", "/never")
            response = waiting.getresponse()
            begun = response.read(5)
            server.signal(signal.SIGHUP)
            until_booted(server, 2, "a new worker")
            until_gone(server, 1, "the end of the old worker")
            try:
                response.read()
            except (http.client.IncompleteRead, ConnectionError):
                print("graceful timeout:", begun, "and cut; others are served:", get(port))
        terminate(server, port)


print("eventlet worker:", importlib.util.find_spec("gunicorn.workers.geventlet"))
under_load()
one_server()

# prints:
# eventlet worker: None
# HUP: two new workers
# TTIN and TTOU: one more, one less
# USR1: a new log
# USR2, then TERM: exit code 0
# lost requests: []
# keep-alive: answers of 1 worker; idle: b''
# websocket: hello
# graceful timeout: b'begun' and cut; others are served: hello
# TERM: exit code 0 []
