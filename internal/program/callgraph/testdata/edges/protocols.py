# with, for, next, in, operators, generators, context managers.
import contextlib


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        pass

    def use(self):
        pass


class Sequence:
    def __iter__(self):
        return Cursor()

    def __contains__(self, item):
        return False

    def __len__(self):
        return 0

    def __getitem__(self, index):
        return Manager()

    def __setitem__(self, index, value):
        pass

    def __delitem__(self, index):
        pass

    def __add__(self, other):
        return self

    def __eq__(self, other):
        return True


class Cursor:
    def __iter__(self):
        return self

    def __next__(self):
        return Manager()


def numbers():
    yield Manager()


def delegated():
    yield from numbers()  # > numbers


@contextlib.contextmanager
def managed():
    yield Manager()


def main():
    with Manager() as m:  # > Manager.__enter__, Manager.__exit__
        m.use()  # > Manager.use
    with managed() as m:  # > managed
        m.use()  # > Manager.use
    with contextlib.closing(Closer()) as c:  # > Closer.close
        c.use()  # > Closer.use
    for item in Sequence():  # > Sequence.__iter__, Cursor.__next__
        item.use()  # > Manager.use
    for item in delegated():  # > delegated
        item.use()  # > Manager.use
    next(iter(Sequence())).use()  # > Sequence.__iter__, Cursor.__next__, Manager.use
    list(numbers())  # > numbers
    [item.use() for item in numbers()]  # > numbers, Manager.use
    generator = numbers()
    generator.send(None)  # > numbers
    item in Sequence()  # > Sequence.__contains__
    len(Sequence())  # > Sequence.__len__
    Sequence()[0].use()  # > Sequence.__getitem__, Manager.use
    Sequence()[0] = 1  # > Sequence.__setitem__
    del Sequence()[0]  # > Sequence.__delitem__
    Sequence() + 1  # > Sequence.__add__
    Sequence() == 1  # > Sequence.__eq__
    for line in iter(read, b''):  # > read
        pass


class Closer:
    def close(self):
        pass

    def use(self):
        pass


def read():
    return b''
