import functools


class Quiet:
    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        try:
            return self.function(*args)
        except ValueError:
            return None


class Counted:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function = function
        self.calls = 0

    def __call__(self, *args):
        self.calls += 1
        return self.function(*args)


class Awaiting:
    def __init__(self, function):
        self.function = function

    async def __call__(self, *args):
        try:
            return await self.function(*args)
        except ValueError:
            return None


@Quiet  # want AH617 "ends before the coroutine runs: it wraps the call, and does not await it"
async def one():
    pass


@Counted
async def two():
    pass


@Awaiting
async def three():
    pass
