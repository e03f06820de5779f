import copy
import pickle
import threading


class Node:
    def __init__(self):
        self.lock = threading.Lock()
        self.names = []


class Holder:
    def __init__(self):
        self.node = Node()


class Maybe:
    def __init__(self, node=None):
        self.node = None
        if node:
            self.node = Node()


class Left:
    def __init__(self):
        self.node = Node()

    def __deepcopy__(self, memo):
        return self


def at_once():
    return copy.deepcopy(Node())  # want AH709 "`copy.deepcopy` pickles or copies a `Node`, and its `self.lock` is a"


def inside():
    holder = Holder()
    return copy.deepcopy(holder)  # want AH709 "pickles or copies a `Holder`, and `self.lock` of the `Node` in it is a"


def typed(node: Node):
    return pickle.dumps(node)  # want AH709 "`pickle.dumps` pickles or copies a `Node`"


def rebound(node: Node):
    node = node.names
    return pickle.dumps(node)


def maybe():
    return copy.deepcopy(Maybe())


def left():
    return copy.deepcopy(Left())


def shallow():
    return copy.copy(Node())
