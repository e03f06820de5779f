# Decorators of the tree and of others.
import contextlib
import functools
import time

import foreign


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        time.sleep(1)  # ext time.sleep
        return function(*args, **kwargs)  # > first, second, C.method

    return wrapper


def configured(option):
    def decorator(function):
        def wrapper(*args):
            return function(*args)  # > third

        return wrapper

    return decorator


def registered(function):
    REGISTRY.append(function)
    return function


REGISTRY = []


@logged  # > logged
def first():
    return Made()


@logged  # > logged
def second():
    pass


@configured(1)  # > configured, configured.decorator
def third(made):
    made.use()  # > Made.use


@registered  # > registered
def fourth():
    pass


@foreign.decorator
def fifth():
    pass


class Made:
    def use(self):
        pass


class C:
    @logged  # > logged
    def method(self, made):
        made.use()  # > Made.use


class lazy:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        return self.function(instance)  # > WithLazy.value


class WithLazy:
    @lazy  # > lazy.__init__
    def value(self):
        return Made()


def main():
    first().use()  # > first, logged.wrapper, Made.use
    second()  # > second, logged.wrapper
    third(Made())  # > third, configured.decorator.wrapper
    fourth()  # > fourth
    fifth()  # > fifth
    C().method(Made())  # > C.method, logged.wrapper
    WithLazy().value.use()  # > WithLazy.value, Made.use
    for function in REGISTRY:
        function()  # > fourth


class Remote:
    @foreign.remotable_classmethod
    def get(cls, name):
        return cls()

    @foreign.something
    def make(cls, name):
        return cls()

    def run(self):
        return 1


def remote():
    Remote.get('a').run()  # > Remote.get, Remote.run
    Remote.make('a').run()  # > Remote.make, Remote.run
