"""Django's ORM and asynchronous views, Flask's asynchronous views, and asgiref in green threads, unmodified."""

import textwrap

import pytest

PRELUDE = """
import asyncio, os, sys
import aiohub
if os.environ["ORDER"] == "aiohub first":
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
import django.utils.asyncio, asgiref.sync
if os.environ["ORDER"] == "aiohub last":
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
import eventlet, eventlet.wsgi, socket, time

eventlet.sleep(0)  # the hub has run

def request(address, path):
    with socket.create_connection(address) as sock:
        sock.sendall(b"GET %s HTTP/1.0\\r\\nHost: test\\r\\n\\r\\n" % path.encode())
        reply = b""
        while data := sock.recv(4096):
            reply += data
    head, _, body = reply.partition(b"\\r\\n\\r\\n")
    return head.split(b" ")[1].decode(), body.decode()

def serve(app):
    listener = eventlet.listen(("127.0.0.1", 0))
    eventlet.spawn(eventlet.wsgi.server, listener, app, log_output=False)
    return listener.getsockname()

def at_once(address, *paths):
    return [green.wait() for green in [eventlet.spawn(request, address, path) for path in paths]]

limit = eventlet.Timeout(50)
"""

DJANGO = """
import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DIRECTORY"] + "/db"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    ROOT_URLCONF="__main__",
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="none",
    DEBUG=True,
)
django.setup()
from django.contrib.auth.models import User
from django.core.exceptions import SynchronousOnlyOperation
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.db import connection

call_command("migrate", verbosity=0)
"""


@pytest.fixture
def run_program(run_script, tmp_path):
    def run(*parts, order="aiohub first"):
        env = {"ORDER": order, "DIRECTORY": str(tmp_path), "PYTHONWARNINGS": "ignore"}
        result = run_script(PRELUDE + "".join(textwrap.dedent(part) for part in parts), env=env)
        assert (result.stderr, result.returncode) == ("", 0)
        return result.stdout.splitlines()

    return run


def test_asgiref_in_green_threads(run_program):
    assert run_program(
        """
        from asgiref.sync import async_to_sync, sync_to_async

        def slow(number):
            time.sleep(0.001)
            return number + 1

        async def coroutine(number):
            await asyncio.sleep(0.001)
            return await sync_to_async(slow)(number)

        print(async_to_sync(coroutine)(1))
        print([green.wait() for green in [eventlet.spawn(async_to_sync(coroutine), number) for number in range(5)]])

        async def main():
            assert await sync_to_async(slow)(1) == 2
            assert await sync_to_async(lambda: async_to_sync(coroutine)(5))() == 6
            try:
                async_to_sync(coroutine)(1)
            except RuntimeError as error:
                print("await" in str(error))

        aiohub.wait(main())
        # And what is promised in green threads is kept.
        eventlet.spawn(lambda: print(aiohub.wait(asyncio.create_task(coroutine(2))))).wait()
        """
    ) == ["2", "[1, 2, 3, 4, 5]", "True", "3"]


def test_flasks_asynchronous_views(run_program):
    assert run_program(
        """
        from flask import Flask

        app = Flask(__name__)

        @app.route("/<name>")
        async def view(name):
            await asyncio.sleep(0.001)
            return "hello " + name

        @app.route("/plain")
        def plain():
            time.sleep(0.001)
            return "plain"

        address = serve(app)
        print(at_once(address, "/one", "/two", "/plain"))
        """
    ) == ["[('200', 'hello one'), ('200', 'hello two'), ('200', 'plain')]"]


def test_djangos_orm(run_program):
    assert run_program(
        DJANGO,
        """
        def make(name):
            User.objects.create(username=name)
            time.sleep(0.001)
            connection.close()
            return name

        print(make("main"))
        print([eventlet.spawn(make, name).wait() for name in ("first", "second")])
        print(sorted(User.objects.values_list("username", flat=True)))

        async def main():
            try:
                User.objects.count()
            except SynchronousOnlyOperation:
                print("refused in a coroutine")
            print(await User.objects.acount())
            print((await User.objects.aget(username="first")).username)

        aiohub.wait(main())
        """,
    ) == ["main", "['first', 'second']", "['first', 'main', 'second']", "refused in a coroutine", "3", "first"]


def test_djangos_views(run_program):
    assert run_program(
        DJANGO,
        """
        async def asynchronous(request, name):
            await asyncio.sleep(0.001)
            count = await User.objects.filter(username=name).acount()
            return HttpResponse(f"hello {name} {count}")

        def plain(request):
            User.objects.create(username="made")
            time.sleep(0.001)
            return HttpResponse("plain %d" % User.objects.count())

        urlpatterns = [path("plain", plain), path("<name>", asynchronous)]

        address = serve(get_wsgi_application())
        print(at_once(address, "/plain"))
        print(at_once(address, "/one", "/made", "/two"))
        """,
    ) == ["[('200', 'plain 1')]", "[('200', 'hello one 0'), ('200', 'hello made 1'), ('200', 'hello two 0')]"]


def test_they_were_imported_before_aiohub(run_program):
    assert run_program(
        DJANGO,
        """
        from asgiref.sync import async_to_sync

        async def count():
            await asyncio.sleep(0.001)
            return "counted"

        print(async_to_sync(count)(), eventlet.spawn(User.objects.count).wait())
        """,
        order="aiohub last",
    ) == ["counted 0"]
