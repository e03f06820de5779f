import asyncio

from fastapi import FastAPI

app = FastAPI()
CACHE = {}
LOCKS = {}


@app.get("/x")
async def read(name):
    if name in CACHE:  # want AH713 "`CACHE` is asked here, and the element taken in line"
        await asyncio.sleep(1)
        return CACHE[name]
    return None


@app.post("/x")
async def forget(name):
    CACHE.pop(name, None)


async def alone(name):
    if name in LOCKS:
        await asyncio.sleep(1)
        del LOCKS[name]
