import threading

RULES = {}


class Router:
    def __init__(self):
        self.routes = {}
        self.hosts = {}
        self.whole = {}
        threading.Thread(target=self._refresh).start()

    def _refresh(self):
        while True:
            self.routes.clear()  # want AH703 "`self.routes` is emptied here and filled again from line"
            for name in ("a", "b"):
                self.routes[name] = 1
            self.hosts = {}  # want AH703 "`self.hosts` is emptied here and filled again from line"
            self.hosts.update(a=1)
            whole = {}
            whole["a"] = 1
            self.whole = whole

    def find(self, name):
        return self.routes.get(name), self.hosts[name], self.whole.get(name)


def load():
    RULES.clear()  # want AH703 "`RULES` is emptied here and filled again from line"
    RULES.update(a=1)


def look():
    while True:
        print(RULES.get("a"))


threading.Thread(target=look).start()
threading.Thread(target=load).start()
