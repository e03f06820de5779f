import copy
import multiprocessing
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor


class Model:
    def __init__(self):
        self.lock = threading.RLock()
        self.nodes = {}

    def snapshot(self):
        return copy.deepcopy(self)  # want AH709 "`copy.deepcopy` pickles or copies a `Model`, and its `self.lock` is a `threading.RLock`"

    def nodes_only(self):
        return copy.deepcopy(self.nodes)


class Sub(Model):
    pass


class Careful:
    def __init__(self):
        self.lock = threading.Lock()

    def __getstate__(self):
        return {}

    def snapshot(self):
        return copy.deepcopy(self)


class Worker:
    def __init__(self):
        self.pool = ProcessPoolExecutor(2)
        self.model = Model()
        self.stop = threading.Event()

    def work(self, item):
        return item

    def run(self, items):
        for item in items:
            self.pool.submit(self.work, item)  # want AH709 "a `Worker`, and its `self.stop` is a `threading.Event`"
        return pickle.dumps(self.model)  # want AH709 "`pickle.dumps` pickles or copies a `Model`"


def save():
    model = Sub()
    careful = Careful()
    pickle.dumps(careful)
    return pickle.dumps(model)  # want AH709 "pickles or copies a `Sub`"


class Results:
    def __init__(self):
        self.pool = multiprocessing.Pool(2)
        self.lock = threading.Lock()
        self.limit = 3

    def take(self, job):
        return self.pool.apply_async(print, [self.limit]).get(self.lock)

    def give(self, job):
        return self.pool.apply_async(self.take, [job])  # want AH709 "a `Results`, and its `self.lock` is a `threading.Lock`"
