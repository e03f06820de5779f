import os
import signal
import threading

from oslo_config import cfg

CONF = cfg.CONF


def work(path):
    os.chdir(path)  # want AH711 "`os.chdir` changes the directory of the whole process, and here it is called by `work`, started by `threading.Thread`"
    reload()
    guard()


def reload():
    CONF(default_config_files=[])  # want AH711 "clears the options that all read"


def guard():
    signal.signal(signal.SIGALRM, print)  # want AH711 "`signal.signal` can be called in the main thread only"


def careful():
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, print)  # possible AH711 "`signal.signal` can be called in the main thread only"
        install()
    threading.current_thread().name = "x"
    signal.signal(signal.SIGINT, print)  # want AH711 "`signal.signal` can be called in the main thread only"


def install():
    signal.signal(signal.SIGHUP, print)  # possible AH711 "`signal.signal` can be called in the main thread only"


class Settings:
    def __init__(self):
        self.values = None

    def get(self, name):
        if self.values is None:
            self.load()
        return self.values[name]

    def load(self):
        os.chdir("/")  # possible AH711 "`os.chdir` changes the directory of the whole process"
        self.values = {}


def reads_settings():
    Settings().get("name")


def set_up():
    os.chroot("/srv")


def serve():
    pass


def noting(function):
    def wrapper():
        function()

    return wrapper


def prepares():
    noting(set_up)()


def main():
    threading.Thread(target=reads_settings).start()
    prepares()
    threading.Thread(target=noting(serve)).start()
    threading.Thread(target=careful).start()
    os.umask(0o22)
    signal.signal(signal.SIGTERM, print)
    threading.Thread(target=work, args=("/",)).start()
