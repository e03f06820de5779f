"""Django: plain views with the ORM over psycopg 3, on eventlet's WSGI server; async views in the same process.

Django takes psycopg 3 where it is installed, which on eventlet's own hubs stands still.
"""
# family: servers
# libraries: Django, asgiref, psycopg
# servers: postgresql

import eventlet

eventlet.monkey_patch()

import asyncio
import logging
from urllib.parse import urlsplit
from urllib.request import urlopen

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.urls import path
from eventlet import wsgi
from support import others_run, unique, url

place = urlsplit(url("postgresql"))
settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": place.hostname,
            "PORT": place.port,
            "USER": place.username,
            "NAME": place.path[1:],
        }
    },
)
django.setup()


class Visit(models.Model):
    name = models.CharField(max_length=20)

    class Meta:
        app_label = "visits"
        db_table = unique("visit")


def visit(request, name):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.2)")
        Visit.objects.create(name=name)
        if name == "bad":
            raise ValueError("rolled back")
    return HttpResponse(f"{Visit.objects.filter(name=name).count()}")


async def asynchronous(request):
    await asyncio.sleep(0.2)
    return HttpResponse(f"{await Visit.objects.acount()} visits")


urlpatterns = [path("visit/<name>", visit), path("async", asynchronous)]

with connection.schema_editor() as editor:
    editor.create_model(Visit)
logging.disable(logging.ERROR)
listener = eventlet.listen(("127.0.0.1", 0))
eventlet.spawn(wsgi.server, listener, get_wsgi_application(), log_output=False)
base = "http://127.0.0.1:%d/" % listener.getsockname()[1]


def get(name):
    try:
        with urlopen(base + name) as answer:
            return answer.read().decode()
    except OSError as exc:
        return str(exc)


with others_run("views with the ORM"):
    print(*eventlet.GreenPool(5).imap(lambda name: get("visit/" + name), "abcde"))
print(get("visit/bad"))
with others_run("async views"):
    print(*eventlet.GreenPool(5).imap(get, ["async"] * 3))
with connection.schema_editor() as editor:
    editor.delete_model(Visit)

# prints:
# 1 1 1 1 1
# HTTP Error 500: Internal Server Error
# 5 visits 5 visits 5 visits
