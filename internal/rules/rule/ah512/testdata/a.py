import contextlib

import eventlet


def lines(stream):
    with eventlet.Timeout(5):
        for line in stream:
            yield line  # want AH512 "a Timeout goes on while the generator is suspended here"
        list((yield_ for yield_ in stream))
    yield None


class TooSlow(Exception):
    pass


def answers(stream):
    with eventlet.Timeout(5, TooSlow):
        try:
            yield next(stream)  # want AH512 "a Timeout goes on while the generator is suspended here"
        except TooSlow:
            yield "too slow"
        except Exception:
            yield "broken"  # want AH512 "a Timeout goes on while the generator is suspended here"


def own(stream):
    with eventlet.Timeout(5):
        try:
            yield next(stream)  # want AH512 "a Timeout goes on while the generator is suspended here"
        except eventlet.Timeout:
            yield "too slow"


@contextlib.contextmanager
def limit():
    with eventlet.Timeout(5):
        yield
