"""An interface says what others provide, and may be wrong about it; a block that False rules out never runs."""
from zope.interface import Interface


class ITransaction(Interface):
    async def add_hook(hook):
        """Add a hook."""


class Transaction:
    async def read(self):
        return 1


def current() -> ITransaction:
    return registry()


def later(hook):
    transaction = current()
    transaction.add_hook(hook)  # possible AH601 "is a coroutine that nobody awaits"


async def never(transaction: Transaction):
    if False and transaction:
        transaction.read()
    transaction.read()  # want AH601 "is a coroutine that nobody awaits"
