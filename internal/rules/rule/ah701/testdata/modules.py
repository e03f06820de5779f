from concurrent.futures import ThreadPoolExecutor

POOL = ThreadPoolExecutor(4)
REGISTRY = {}
CLOSED = []


def register(name, value):
    found = REGISTRY.get(name)  # want AH701 "`REGISTRY` is tested here and changed in line"
    if found is not None:
        return found
    REGISTRY[name] = ThreadPoolExecutor(1)
    return None


def forget(name):
    REGISTRY.pop(name, None)


def work(name):
    register(name, 1)
    forget(name)


def main(names):
    for name in names:
        POOL.submit(work, name)


def alone():
    if not CLOSED:
        CLOSED.append(1)
