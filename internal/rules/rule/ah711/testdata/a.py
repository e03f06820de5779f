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


def main():
    threading.Thread(target=careful).start()
    os.umask(0o22)
    signal.signal(signal.SIGTERM, print)
    threading.Thread(target=work, args=("/",)).start()
