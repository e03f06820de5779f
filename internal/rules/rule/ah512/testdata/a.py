import contextlib

import eventlet


def lines(stream):
    with eventlet.Timeout(5):
        for line in stream:
            yield line  # want AH512 "a Timeout goes on while the generator is suspended here"
        list((yield_ for yield_ in stream))
    yield None


@contextlib.contextmanager
def limit():
    with eventlet.Timeout(5):
        yield
