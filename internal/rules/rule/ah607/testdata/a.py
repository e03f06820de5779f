class Client:
    async def __init__(self):  # want AH607 "`__init__` is called by Python itself, which does not await it"
        self.x = 1

    async def __del__(self):  # want AH607 "`__del__` is called by Python itself, which does not await it"
        pass

    async def __contains__(self, item):  # want AH607 "is called by Python itself, which does not await it"
        return True

    async def __str__(self):  # want AH607 "is called by Python itself, which does not await it"
        return ""

    async def __enter__(self):  # want AH607 "is called by Python itself, which does not await it"
        return self

    async def __iter__(self):  # want AH607 "is called by Python itself, which does not await it"
        yield 1

    @property
    async def name(self):
        return "x"

    @name.setter
    async def name(self, value):  # want AH607 "`name` is the setter of a property, which nobody can await"
        pass

    async def __aenter__(self):
        return self

    async def __aexit__(self, *failure):
        pass

    async def __aiter__(self):
        yield 1

    async def __anext__(self):
        return 1

    async def __call__(self):
        pass

    async def __private(self):
        pass
