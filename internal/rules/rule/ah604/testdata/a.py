import asyncio


async def numbers():
    yield 1


def plain():
    yield 1


class Rows:
    def __aiter__(self):
        return self

    async def __anext__(self):
        raise StopAsyncIteration


async def check(x):
    return x


def again():
    yield from numbers()  # want AH604 "is asynchronous, and is iterated over without `async`"


async def main(xs):
    for x in numbers():  # want AH604 "is asynchronous, and is iterated over without `async`"
        print(x)
    print([x for x in numbers()])  # want AH604 "is asynchronous, and is iterated over without `async`"
    print(list(numbers()))  # want AH604 "is asynchronous, and is given to `list`"
    print(next(numbers()))  # want AH604 "is asynchronous, and is given to `next`"
    print(sum(await check(x) for x in xs))  # want AH604 "is asynchronous, and is given to `sum`"
    print(any(x async for x in numbers()))  # want AH604 "is asynchronous, and is given to `any`"
    print(", ".join(numbers()))  # want AH604 "is asynchronous, and is given to `str.join`"
    first, *rest = numbers()  # want AH604 "is asynchronous, and is unpacked"
    print(first, rest, *numbers())  # want AH604 "is asynchronous, and is iterated over without `async`"
    print(numbers()[0])  # want AH604 "is asynchronous, and is used as if it were a sequence"
    for row in Rows():  # want AH604 "is asynchronous, and is iterated over without `async`"
        print(row)
    async for x in plain():  # want AH604 "is not asynchronous, and is iterated over with `async for`"
        print(x)
    async for x in [1, 2]:  # want AH604 "is not asynchronous, and is iterated over with `async for`"
        print(x)
    async for x in numbers():
        print(x)
    print([x async for x in numbers()], sum([await check(x) for x in xs]))
    async for row in Rows():
        print(row)
    for x in plain():
        print(x, sum(x for x in await check(xs)))
    source = numbers()
    print(await source.asend(None), await anext(numbers()))
    await source.aclose()
    await asyncio.sleep(0)
