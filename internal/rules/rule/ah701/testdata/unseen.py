import threading


class Reply:
    """One is made for each request."""

    def __init__(self, body):
        self.body = body
        self.headers = {}

    def __call__(self, environ, start_response):
        if "x" in self.headers:
            del self.headers["x"]
        return [self.body]


class Application:
    def __init__(self):
        self.sessions = {}
        self.pin, self.cookie = None, None

    def __call__(self, environ, start_response):
        if "x" in self.sessions:  # want AH701 "`self.sessions` is tested here and changed in line"
            del self.sessions["x"]
        if self.pin is None:  # possible AH701 "`self.pin` is tested here"
            self.pin, self.cookie = two()
        return Reply(b"")(environ, start_response)


def two():
    return 1, 2


class Base:
    def __init__(self):
        self.sent = 0


class Handler(threading.Thread):
    def __init__(self, channel):
        threading.Thread.__init__(self, target=self._run)
        self.channel = channel

    def _run(self):
        self.begin(self.channel)
        self.finish()

    def begin(self, channel):
        pass

    def finish(self):
        self.channel.close()


class Files(Base, Handler):
    """What Handler calls is overridden here: the thread comes there, nobody else."""

    def __init__(self, channel):
        Base.__init__(self)
        Handler.__init__(self, channel)
        self.table = {}

    def begin(self, channel):
        while True:
            self.process(channel)

    def process(self, channel):
        if 1 in self.table:  # possible AH701 "`self.table` is tested here"
            del self.table[1]
        else:
            self.table[2] = 1

    def finish(self):
        super().finish()
        for f in self.table.values():
            f.close()
        self.table = {}


class Packets:
    def __init__(self):
        self.engine = {}

    def watch(self):
        threading.Timer(1, self.expire).start()

    def expire(self):
        print("late")

    def read(self):
        if 1 in self.engine:  # possible AH701 "`self.engine` is tested here"
            del self.engine[1]

    def switch(self):
        self.engine = {}


class Transport(threading.Thread):
    def __init__(self):
        super().__init__()
        self.packets = Packets()

    def run(self):
        self.packets.watch()
        self.packets.read()
        getattr(self, "_" + self.name)()

    def _activate(self):
        self.packets.switch()
