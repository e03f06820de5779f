# Calls of what is outside the tree, tasks and callbacks.
import queue
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests
from aiohub import green
from foreign import register as reg


class Event(threading.Event):
    def pause(self):
        self.wait()  # ext threading.Event.wait
        super().clear()  # ext threading.Event.clear


class Worker(threading.Thread):
    def run(self):
        pass


class C:
    def __init__(self):
        self.lock = threading.Lock()  # ext threading.Lock
        self.sock = socket.create_connection(('a', 1))  # ext socket.create_connection

    def use(self):
        with self.lock:  # ext threading.Lock.__enter__, threading.Lock.__exit__
            self.sock.recv(1)  # ext socket.socket.recv
        client, address = self.sock.accept()  # ext socket.socket.accept
        client.sendall(b'')  # ext socket.socket.sendall

    def target(self):
        pass


def main():
    time.sleep(1)  # ext time.sleep
    requests.get('x').json()  # ext requests.get, requests.Response.json
    q = queue.Queue()  # ext queue.Queue
    q.get()  # ext queue.Queue.get
    p = subprocess.Popen([])  # ext subprocess.Popen
    p.stdout.readline()  # ext io.BufferedReader.readline
    Event().pause()  # > Event.pause
    threading.Thread(target=C().target).start()  # > C.__init__ start C.target
    Worker().start()  # start Worker.run
    with ThreadPoolExecutor() as pool:
        pool.submit(callback, 1)  # start callback
    signal.signal(1, callback)  # start callback
    reg(callback)  # escape callback
    with open('x') as file:  # ext builtins.open, io.TextIOWrapper.__enter__, io.TextIOWrapper.__exit__
        file.read()  # ext io.TextIOWrapper.read


def unknown(loop):
    loop.create_task(callback())  # > callback
    loop.call_later(1, callback)  # start callback
    loop.whatever(callback)  # escape callback


def callback():
    pass


def by_another_name():
    green.GreenPool().spawn(main).wait()  # ext aiohub.green.GreenPool, aiohub.green.GreenPool.spawn, eventlet.greenthread.GreenThread.wait start main
