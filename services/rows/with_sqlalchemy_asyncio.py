"""SQLAlchemy: asynchronous sessions over asyncpg, `run_sync`, event handlers that are synchronous.

SQLAlchemy brings synchronous code below a coroutine with greenlets of its own; here they meet those of green threads.
"""
# family: databases
# libraries: SQLAlchemy, asyncpg
# servers: postgresql

import eventlet

eventlet.monkey_patch()

import asyncio

from sqlalchemy import event, orm, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from support import others_run, unique, url, wait


class Base(orm.DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = unique("item")
    number: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    square: orm.Mapped[int]


engine = create_async_engine(url("postgresql").replace("postgresql:", "postgresql+asyncpg:"), pool_size=3)
Session = async_sessionmaker(engine, expire_on_commit=False)
begun = []
event.listen(engine.sync_engine, "begin", begun.append)


@event.listens_for(orm.Session, "before_flush")
def fill_in(session, context, instances):
    # Synchronous, below a coroutine, and asks the database.
    for item in session.new:
        item.square = session.scalar(text("SELECT CAST(:n AS int) * CAST(:n AS int)"), {"n": item.number})


async def insert(number):
    async with Session.begin() as session:
        await session.execute(text("SELECT pg_sleep(0.2)"))
        session.add(Item(number=number))


def sum_of_squares(session: orm.Session):
    return sum(item.square for item in session.scalars(select(Item)))


async def main():
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    with others_run("transactions"):
        await asyncio.gather(*map(insert, range(10)))
    async with AsyncSession(engine) as session:
        print(await session.run_sync(sum_of_squares))
        print(len([row async for row in await session.stream_scalars(select(Item))]))
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
    print(len(begun) >= 12)
    await engine.dispose()


wait(main())

# prints:
# 285
# 10
# True
