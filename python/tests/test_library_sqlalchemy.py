"""SQLAlchemy's asyncio side on aiohub: green calls in run_sync and in event listeners, and from green threads."""

import textwrap

import pytest

#: A database in *directory*, its model, and an engine whose listeners make green calls.
PRELUDE = """
import asyncio, os, sys
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=os.environ["PATCH"] == "1")
import eventlet, greenlet, logging, time
from eventlet.event import Event
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]

listened = []

def make_engine():
    engine = create_async_engine("sqlite+aiosqlite:///" + os.path.join(os.environ["DIRECTORY"], "notes.db"))

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection, record):
        task = asyncio.current_task()
        eventlet.sleep(0.001)
        cursor = connection.cursor()
        cursor.execute("pragma user_version")
        eventlet.sleep(0)
        assert cursor.fetchall() == [(0,)]
        cursor.close()
        assert asyncio.current_task() is task
        listened.append("connect")

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def on_execute(*_):
        eventlet.sleep(0)
        listened.append("execute")

    return engine
"""


@pytest.fixture(params=["1", "0"], ids=["patched", "unpatched"])
def run_program(run_script, tmp_path, request):
    def run(program):
        env = {"DIRECTORY": str(tmp_path), "PATCH": request.param, "PYTHONWARNINGS": "ignore"}
        result = run_script(PRELUDE + textwrap.dedent(program), env=env)
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout.splitlines()

    return run


def test_run_sync_and_listeners_wait_in_eventlet(run_program):
    lines = run_program(
        """
        def fill(connection):
            done = Event()
            eventlet.spawn(lambda: (eventlet.sleep(0.001), done.send("green thread")))
            who = done.wait()
            connection.execute(Note.__table__.insert(), [{"text": who}, {"text": "second"}])
            time.sleep(0.001)
            return connection.execute(text("select count(*) from note")).scalar()

        async def ticks(seen):
            while True:
                await asyncio.sleep(0)
                seen.append(1)

        async def main():
            seen = []
            ticker = asyncio.ensure_future(ticks(seen))
            engine = make_engine()
            async with engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)
                print(await connection.run_sync(fill))
            async with AsyncSession(engine) as session:
                print(*await session.scalars(select(Note.text).order_by(Note.id)))
                print(await session.run_sync(lambda session: (eventlet.sleep(0.001), session.get(Note, 2).text)[1]))
            await engine.dispose()
            ticker.cancel()
            print(bool(seen), "connect" in listened, "execute" in listened)

        aiohub.run(main())
        """
    )
    assert lines == ["2", "green thread second", "second", "True True True"]


def test_many_at_once_from_both_worlds(run_program):
    lines = run_program(
        """
        engine = make_engine()

        async def prepare():
            async with engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)

        lock = aiohub.Lock()

        def add(session, number):
            with lock:
                session.add(Note(text=str(number)))
                eventlet.sleep(0.001)
                session.flush()
                assert asyncio.current_task() is not None
                session.commit()

        async def one(number):
            async with AsyncSession(engine) as session:
                await session.run_sync(add, number)
                return number

        async def five(first):
            return await asyncio.gather(*[one(number) for number in range(first, first + 5)])

        async def count():
            async with AsyncSession(engine) as session:
                found = len((await session.scalars(select(Note))).all())
            await engine.dispose()
            return found

        aiohub.wait(prepare())
        threads = [eventlet.spawn(aiohub.wait, five(first)) for first in (0, 10, 20)]
        print(sum((thread.wait() for thread in threads), []))
        print(aiohub.wait(count()))
        """
    )
    assert lines == [str([*range(5), *range(10, 15), *range(20, 25)]), "15"]


def test_what_is_thrown_at_the_task_leaves_the_connection_whole(run_program):
    lines = run_program(
        """
        class Expired(Exception):
            pass

        def forever(connection, end):
            assert connection.execute(text("select 1")).scalar() == 1
            eventlet.hubs.get_hub().schedule_call_global(0, end)
            try:
                Event().wait()
            finally:
                eventlet.sleep(0)
                listened.append("cleanup")

        async def main():
            engine = make_engine()
            async with engine.connect() as connection:

                async def with_throw():
                    green = greenlet.getcurrent()
                    await connection.run_sync(forever, lambda: green.throw(Expired))

                async def with_cancel():
                    await connection.run_sync(forever, asyncio.current_task().cancel)

                async def with_timeout():
                    async with aiohub.timeout(None) as limit:
                        await connection.run_sync(forever, lambda: limit.reschedule(0))

                async def with_blocking_timeout():
                    with aiohub.timeout(None) as limit:
                        await connection.run_sync(forever, lambda: limit.reschedule(0))

                for way in (with_throw, with_cancel, with_timeout, with_blocking_timeout):
                    task = asyncio.ensure_future(way())
                    await asyncio.wait([task])
                    error = "CancelledError" if task.cancelled() else type(task.exception()).__name__
                    print(error, listened.pop(), (await connection.execute(text("select 2"))).scalar())
            await engine.dispose()

        aiohub.run(main())
        """
    )
    assert [line.split()[1:] for line in lines] == [["cleanup", "2"]] * 4
    assert [line.split()[0].lstrip("_") for line in lines] == ["Expired", "CancelledError"] + ["TimeoutError"] * 2
