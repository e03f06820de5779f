import asyncio
import os
import sys


async def relay(data):
    await asyncio.sleep(len(data))


class Console(asyncio.Protocol):
    def __init__(self):
        self.tasks = []
        asyncio.get_running_loop().add_reader(0, self.on_input)

    def data_received(self, data):
        self.tasks.append(asyncio.create_task(relay(data)))  # want AH611 "`relay.data.` makes a task for each event: the next one can overtake it"

    def on_input(self):
        data = os.read(0, 1)
        self.tasks.append(asyncio.ensure_future(relay(data)))  # want AH611 "makes a task for each event: the next one can overtake it"

    def connection_made(self, transport):
        self.tasks.append(asyncio.create_task(relay(transport)))

    def eof_received(self):
        self.tasks.append(asyncio.create_task(relay(b"")))


async def serve(reader, tasks):
    while True:
        line = await reader.readline()
        tasks.append(asyncio.create_task(relay(line)))  # possible AH611 "makes a task for each round of the loop: the next one can overtake it"


async def once(names, tasks):
    for name in names:  # no wait between the tasks
        tasks.append(asyncio.create_task(relay(name)))
    await asyncio.gather(*tasks)
    sys.stdout.flush()
