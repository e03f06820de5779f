"""A timer that is made runs nothing before start(), whatever the class is called."""
import threading
from threading import Timer as After


class Beat:
    def __init__(self, timer=threading.Timer):
        self.timer_type = timer
        self.timer = None

    def again(self):
        self.timer = self.timer_type(1, self.check)
        self.timer.daemon = True
        self.timer.start()

    def check(self):
        self.timer.cancel()
        self.again()


class Aliased:
    def begin(self):
        self.timer = After(1, self.check)
        self.name = "after"
        self.timer.start()

    def check(self):
        print(self.name)


class Late:
    def begin(self):
        self.timer = After(1, self.check)
        self.timer.start()
        self.name = "after"  # want AH704 "`self.name` is stored after the start"

    def check(self):
        print(self.name)
