from eventlet import tpool


class Writer:
    def __init__(self, path):
        self.path = path
        self.temporary = path

    def put(self, target):
        tpool.execute(self._finish, target)

    def _finish(self, target):
        if self.temporary:
            print(self.temporary, target)
            self.temporary = None
