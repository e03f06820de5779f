"""Django: ASGI under uvicorn with async and synchronous views and the asynchronous ORM, green threads beside it."""
# family: servers
# libraries: Django, asgiref, uvicorn, httpx

import eventlet

eventlet.monkey_patch()

import asyncio
import time

import django
import httpx
import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import models
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from support import others_run, wait

settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "visits.sqlite"}},
)
django.setup()


class Visit(models.Model):
    name = models.CharField(max_length=20)

    class Meta:
        app_label = "visits"


async def asynchronous(request):
    await asyncio.sleep(0.2)
    await Visit.objects.acreate(name="async")
    return HttpResponse(f"{await Visit.objects.filter(name='async').acount()}")


def synchronous(request):
    time.sleep(0.2)
    Visit.objects.create(name="sync")
    return HttpResponse(f"{Visit.objects.filter(name='sync').count()}")


async def stream(request):
    async def parts():
        for number in range(3):
            await asyncio.sleep(0.01)
            yield f"{number};"

    return StreamingHttpResponse(parts())


urlpatterns = [path("async", asynchronous), path("sync", synchronous), path("stream", stream)]


def create_table():
    from django.db import connection

    with connection.schema_editor() as editor:
        editor.create_model(Visit)


async def main():
    server = uvicorn.Server(uvicorn.Config(get_asgi_application(), port=0, log_level="warning", lifespan="off"))
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        for name in "async", "sync":
            with others_run(name):
                answers = await asyncio.gather(*[client.get(f"/{name}") for _ in range(4)])
            print(sorted(answer.text for answer in answers)[-1])
        print((await client.get("/stream")).text)
    server.should_exit = True
    await serving


create_table()
wait(main())

# prints:
# 4
# 4
# 0;1;2;
