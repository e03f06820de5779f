import concurrent.futures

POOL = concurrent.futures.ThreadPoolExecutor(4)


def probe():
    try:
        POOL.submit(pow, 1, 1).result(timeout=1)  # possible AH706 "`probe` runs in the executor `POOL`"
    except concurrent.futures.TimeoutError:
        return False
    return True


def waiting():
    POOL.submit(pow, 1, 1).result()  # want AH706 "`waiting` runs in the executor `POOL`"


def main():
    POOL.submit(probe)
    POOL.submit(waiting)
