import concurrent.futures
from multiprocessing.pool import ThreadPool

TOTAL = 0
COUNT = 0


def add(n):
    global TOTAL
    TOTAL += n  # want AH702 "`TOTAL` is read, changed and written back in several steps"


def count(n):
    global COUNT
    COUNT += n  # want AH702 "`COUNT` is read, changed and written back in several steps"


def main():
    with ThreadPool(4) as pool:
        pool.map(add, range(9))
    with concurrent.futures.ThreadPoolExecutor() as executor:
        list(executor.map(count, range(9)))
