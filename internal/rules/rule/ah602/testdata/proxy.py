"""What a proxy gives is chosen at run time."""
import abc
import functools
from typing import AsyncGenerator


class Handler(abc.ABC):
    names = {"reset"}

    @abc.abstractmethod
    async def keys(self) -> AsyncGenerator[int]:
        raise NotImplementedError


class First(Handler):
    async def keys(self) -> AsyncGenerator[int]:
        for k in range(3):
            yield k


class Proxy:
    def __init__(self, handler):
        self.handler = handler

    def __getattr__(self, name):
        if name not in self.handler.names:
            return getattr(self.handler, name)
        return functools.partial(self.command, name)

    async def command(self, name):
        return name


async def read(device):
    proxy = Proxy(First())
    async for k in proxy.keys():  # possible AH602 "is a coroutine and is iterated over before it is awaited"
        print(k)
    async for k in proxy.command("keys"):  # want AH602 "is a coroutine and is iterated over before it is awaited"
        print(k)
