# Receivers of which nothing is known.
class Backend:
    def open_volume(self, name):
        return self

    def close(self):
        pass


class One:
    def shared_name(self):
        pass


class Two:
    def shared_name(self):
        pass


def unique(backend):
    backend.open_volume('a').close()  # ? Backend.open_volume, Backend.close


def among(thing):
    thing.shared_name()  # ? One.shared_name, Two.shared_name


def common(thing):
    thing.close()


def arguments_do_not_fit(backend):
    backend.open_volume()


def text(name):
    ''.join(name).close()
