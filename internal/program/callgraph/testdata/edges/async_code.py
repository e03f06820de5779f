# Coroutines, their protocols and both worlds.
class Base:
    def work(self):
        raise NotImplementedError


class Plain(Base):
    def work(self):
        pass


class Manager:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *details):
        pass

    def __aiter__(self):
        return self

    async def __anext__(self):
        return Item()


class Item:
    async def run(self):
        return self


async def generate():
    yield Item()


async def main():
    async with Manager() as m:  # > Manager.__aenter__, Manager.__aexit__
        async for item in m:  # > Manager.__aiter__, Manager.__anext__
            (await item.run()).run()  # > Item.run, Item.run
    async for item in generate():  # > generate
        await item.run()  # > Item.run
    [await item.run() async for item in generate()]  # > generate, Item.run
