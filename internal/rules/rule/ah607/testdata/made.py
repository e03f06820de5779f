"""What making an object or an operator gives can be awaited by who asks for it."""
import asyncio


class Menu:
    async def __new__(cls):  # possible AH607 "`__new__` is called by Python itself, which does not await it"
        self = object.__new__(cls)
        await asyncio.sleep(0)
        return self


class Session:
    async def __new__(cls):  # want AH607 "`__new__` is called by Python itself, which does not await it"
        self = object.__new__(cls)
        await asyncio.sleep(0)
        return self


class Command:
    async def __rand__(self, other):
        await asyncio.sleep(0)
        return other

    async def __bool__(self):  # want AH607 "`__bool__` is called by Python itself, which does not await it"
        await asyncio.sleep(0)
        return True


async def main(command: Command):
    menu = await Menu()
    session = Session()
    return menu, session, await (1 & command)
