import asyncio
import collections.abc
import inspect
import json
import logging
import types

LOG = logging.getLogger(__name__)


async def fetch(name="x"):
    return {"name": name}


class Node:
    @property
    async def size(self):
        return 1

    async def is_open(self):
        return True

    async def name(self) -> str:
        return self.title()  # want AH602 "is a coroutine and is returned by `name`"

    async def title(self):
        return "t"

    async def parts(self):
        return ["a"], "b"

    async def connection(self):
        return open("/dev/null")

    def __str__(self):
        return self.title()  # want AH602 "is a coroutine and is returned by `__str__`"

    def length(self) -> int:
        return self.count()  # want AH602 "is a coroutine and is returned by `length`"

    async def count(self):
        return 1

    def ready(self):
        return self.is_open()


def show(text: str, *more):
    print(text)


async def work(node: Node, table, chosen=None):
    if node.is_open():  # want AH602 "is a coroutine and is asked for its truth: it is always true"
        pass
    if not node.is_open():  # want AH602 "is asked for its truth: it is always true"
        pass
    while node.ready():  # want AH602 "is asked for its truth: it is always true"
        break
    assert node.is_open()  # want AH602 "is asked for its truth: it is always true"
    value = 1 if node.is_open() else 2  # want AH602 "is asked for its truth: it is always true"
    if value and node.is_open() and table:  # want AH602 "is asked for its truth: it is always true"
        pass
    if node.title() == "x":  # want AH602 "is compared: it equals nothing"
        pass
    if "x" in node.title():  # want AH602 "is iterated over"
        pass
    if node.title() in table:  # want AH602 "is compared: it equals nothing"
        pass
    if node.title() is None:  # want AH602 "is compared: it equals nothing"
        pass
    total = node.count() + 1  # want AH602 "is calculated with"
    total += node.count()  # want AH602 "is calculated with"
    text = f"{node.title()}!"  # want AH602 "is put into a text: that shows the object, not its result"
    text = "%s" % node.title()  # want AH602 "is put into a text: that shows the object, not its result"
    text = "%s %s" % (text, node.title())  # want AH602 "is put into a text: that shows the object, not its result"
    first = fetch()["name"]  # want AH602 "is indexed"
    table[fetch()] = first  # want AH602 "is used as a key"
    table[fetch()]  # want AH602 "is used as a key"
    fetch().get("name")  # want AH602 "is asked for `get`"
    for key in fetch():  # want AH602 "is iterated over"
        print(key)
    async for key in fetch():  # want AH602 "is iterated over before it is awaited"
        print(key)
    print([x for x in fetch()])  # want AH602 "is iterated over"
    a, b = node.parts()  # want AH602 "is unpacked"
    with node.connection():  # want AH602 "is entered"
        pass
    async with node.connection():  # want AH602 "is entered before it is awaited"
        pass
    print(len(fetch()), a, b)  # want AH602 "is given to `len`"
    json.dumps(fetch())  # want AH602 "is given to `json.dumps`"
    LOG.info("got %s", fetch())  # want AH602 "is given to `logging.Logger.info`"
    show(node.title())  # want AH602 "is given to `show`"
    print(*fetch())  # want AH602 "is iterated over"
    raise node.title()  # want AH602 "is raised"


async def later(node: Node, choose):
    data = fetch()
    if data["name"]:  # want AH602 "is indexed"
        pass
    if (found := fetch()):  # want AH602 "is asked for its truth: it is always true"
        print(found)  # want AH602 "is given to `print`"
    either = node.title() if choose else node.name()
    print(either.upper())  # want AH602 "is asked for `upper`"
    call = node.title
    if call() == "":  # want AH602 "is compared: it equals nothing"
        pass
    if node.size > 3:  # want AH602 "is compared: it equals nothing"
        pass
    for result in [fetch(name) for name in "ab"]:
        print(result["name"])  # want AH602 "is indexed"
    maybe = fetch() if choose else None
    if maybe:
        await maybe
    task = asyncio.ensure_future(fetch())
    if task:
        print(await task)
    value = fetch()
    value = await value
    if value:
        print(value["name"])
    waiting = [fetch(), fetch()]
    await asyncio.gather(*waiting)
    pending = fetch()
    pending.close()
    if isinstance(pending, dict):
        print(pending)
    return await node.size


def generator_coroutine(function):
    return types.coroutine(function)


@types.coroutine
def old(node: Node):
    name = yield from node.title()
    return name


@generator_coroutine
def older(node: Node):
    return (yield from node.title())


if hasattr(asyncio, "coroutine"):
    coroutine = asyncio.coroutine
else:
    coroutine = types.coroutine
made = coroutine


@made
def oldest(node: Node):
    return (yield from asyncio.wait_for(node.title(), 1))


def no_coroutine(node: Node):
    yield from node.title()  # want AH602 "is a coroutine and is iterated over"


async def worlds(node: Node):
    answer = node.title()
    if inspect.isawaitable(answer):
        answer = await answer
    print(answer.upper())
    size = node.count()
    if hasattr(size, "__await__"):
        print(await size)
    else:
        print(size + 1)  # possible AH602 "is calculated with"
    other = node.parts()
    if isinstance(other, collections.abc.Awaitable):
        pass
    else:
        print(len(other))  # possible AH602 "is given to `len`"
    plain = node.parts()
    if isinstance(node, Node):
        print(len(plain))  # possible AH602 "is given to `len`"
    if inspect.iscoroutinefunction(node.is_open):
        pass
    elif node.is_open():  # possible AH602 "is asked for its truth: it is always true"
        pass


async def nothing():
    if False:
        yield 1


async def drive():
    async for item in nothing():
        print(item)
