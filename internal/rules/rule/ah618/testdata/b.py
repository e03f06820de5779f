import asyncio
import queue

import aiohttp
import requests
from queue import Empty


async def take(q: asyncio.Queue):
    try:
        return await asyncio.wait_for(q.get(), 3)
    except Empty:  # want AH618 "is not what the calls in this `try` raise"
        return None


async def take_now(q: asyncio.Queue):
    try:
        return q.get_nowait()
    except (queue.Empty, IndexError):  # want AH618 "is not what the calls in this `try` raise"
        return None


async def take_either(q: asyncio.Queue):
    try:
        return q.get_nowait()
    except (queue.Empty, asyncio.QueueEmpty):
        return None


async def load(url):
    async with aiohttp.ClientSession() as session:
        try:
            async with session.get(url) as answer:
                return await answer.json()
        except requests.exceptions.ConnectionError:  # want AH618 "is not what the calls in this `try` raise"
            return None
