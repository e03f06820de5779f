"""FastAPI: async and plain endpoints, which run in OS threads, dependencies, background tasks, under uvicorn."""
# family: servers
# libraries: fastapi, starlette, uvicorn, pydantic

import eventlet

eventlet.monkey_patch()

import asyncio
import time

import fastapi
import httpx
import pydantic
import uvicorn
from support import others_run, wait

app = fastapi.FastAPI()
background = []


class Item(pydantic.BaseModel):
    name: str
    price: float


async def connection():
    await asyncio.sleep(0)
    yield "a connection"


@app.get("/async")
async def asynchronous(given: str = fastapi.Depends(connection)):
    await asyncio.sleep(0.2)
    return {"given": given}


@app.get("/plain")
def plain():
    time.sleep(0.2)
    return {"plain": True}


@app.post("/items")
async def create(item: Item, tasks: fastapi.BackgroundTasks):
    tasks.add_task(background.append, item.name)
    return {"with_tax": item.price * 1.5}


async def main():
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        for path in "/async", "/plain":
            with others_run(path):
                answers = await asyncio.gather(*[client.get(path) for _ in range(10)])
            print({answer.text for answer in answers})
        print((await client.post("/items", json={"name": "a thing", "price": 2})).json())
        print((await client.post("/items", json={"name": "nothing"})).status_code)
    server.should_exit = True
    await serving
    print(background)


wait(main())

# prints:
# {'{"given":"a connection"}'}
# {'{"plain":true}'}
# {'with_tax': 3.0}
# 422
# ['a thing']
