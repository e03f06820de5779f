"""Ways to reach a plain function from a coroutine: `await caller(function)` gives what the function returns."""

import contextlib
import functools
import operator


async def own_frame(function):
    return function()


async def five_functions_below(function, depth=5):
    def descend(depth):
        return function() if depth == 0 else descend(depth - 1)

    return descend(depth)


async def two_hundred_functions_below(function):
    return await five_functions_below(function, 200)


async def three_coroutines_below(function, depth=3):
    return function() if depth == 0 else await three_coroutines_below(function, depth - 1)


async def below_frames_of_c(function):
    """The callers in between are `reduce`, `sorted` and `functools.partial`, on the C stack before Python 3.11 and
    after.
    """
    results = []
    functools.reduce(lambda *_: sorted([0], key=functools.partial(lambda _: results.append(function()))), [0, 0])
    return results[0]


async def below_a_generator(function):
    def generate():
        yield from (function() for _ in range(1))

    return next(generate())


async def below_a_property(function):
    class Lazy:
        result = functools.cached_property(lambda self: function())

    return operator.attrgetter("result")(Lazy())


async def in_a_comprehension(function):
    (result,) = [function() for _ in range(1)]
    return result


class _Awaitable:
    def __init__(self, function):
        self.function = function

    def __await__(self):
        return self.function()
        yield


async def in_dunder_await(function):
    return await _Awaitable(function)


async def in_an_async_generator(function):
    async def generate():
        yield function()

    results = []
    async for result in generate():
        results.append(result)
    return results[0]


async def in_an_async_comprehension(function):
    async def generate():
        yield 0

    (result,) = [function() async for _ in generate()]
    return result


async def in_aenter(function):
    class Manager:
        async def __aenter__(self):
            return function()

        async def __aexit__(self, *args):
            pass

    async with Manager() as result:
        return result


async def in_aexit(function):
    results = []

    @contextlib.asynccontextmanager
    async def manager():
        yield
        results.append(function())

    async with manager():
        pass
    return results[0]


async def in_a_context_manager(function):
    @contextlib.contextmanager
    def manager():
        yield function()

    with manager() as result:
        return result


async def in_finally(function):
    try:
        raise KeyError
    except KeyError:
        pass
    finally:
        result = function()
    return result


CALLERS = [
    own_frame,
    five_functions_below,
    two_hundred_functions_below,
    three_coroutines_below,
    below_frames_of_c,
    below_a_generator,
    below_a_property,
    in_a_comprehension,
    in_dunder_await,
    in_an_async_generator,
    in_an_async_comprehension,
    in_aenter,
    in_aexit,
    in_a_context_manager,
    in_finally,
]
