from concurrent.futures import ThreadPoolExecutor, wait

pool = ThreadPoolExecutor(4)


def leaf(x):
    return x


def of_list(xs):
    return [f.result() for f in [pool.submit(leaf, x) for x in xs]]  # want AH706 "`of_list` runs in the executor `pool`"


def added_up(xs):
    return sum(pool.map(leaf, xs))  # want AH706 "`added_up` runs in the executor `pool`"


def gone_through(xs):
    for r in pool.map(leaf, xs):  # want AH706 "`gone_through` runs in the executor `pool`"
        print(r)


def in_comprehension(xs):
    return {r for r in pool.map(leaf, xs) if r}  # want AH706 "`in_comprehension` runs in the executor `pool`"


def by_name(xs):
    wait([pool.submit(leaf, x) for x in xs])  # want AH706 "`by_name` runs in the executor `pool`"


def only_given(xs):
    return [pool.submit(leaf, x) for x in xs]


def not_gone_through(xs):
    return pool.map(leaf, xs)


def main():
    pool.submit(of_list, [1])
    pool.submit(added_up, [1])
    pool.submit(gone_through, [1])
    pool.submit(in_comprehension, [1])
    pool.submit(by_name, [1])
    pool.submit(only_given, [1])
    pool.submit(not_gone_through, [1])
