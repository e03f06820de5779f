# Types of parameters come from the calls of the tree itself.
class Connection:
    def send(self, data):
        pass

    def send_twice(self, data):
        self.send(data)  # > Connection.send
        self.send(data)  # > Connection.send


class Result:
    def __init__(self, connection, *rest, **options):
        self.connection = connection
        self.rest = rest
        self.options = options

    def fetch(self):
        self.connection.send(b'')  # > Connection.send

    def fetch_rest(self):
        for one in self.rest:
            one.send(b'')  # > Connection.send

    def fetch_option(self):
        self.options['other'].send(b'')  # > Connection.send


class Owner(Connection):
    def result(self):
        return Result(self, Connection(), other=Connection())  # > Result.__init__


def use(function, value, /, *, key=None):
    function(value)  # > Connection.send, helper
    key(value)  # > helper


def helper(value):
    pass


def main():
    use(Connection().send, 1, key=helper)  # > use
    use(helper, 2)  # > use
    arguments = (helper, 3)
    use(*arguments)  # > use
    Owner().result().fetch()  # > Owner.result, Result.fetch


def unknown(thing):
    thing()
    return thing.attribute
