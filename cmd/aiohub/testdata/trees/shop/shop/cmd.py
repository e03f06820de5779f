import eventlet

eventlet.monkey_patch()

from shop import api


def main():
    api.App().serve()
