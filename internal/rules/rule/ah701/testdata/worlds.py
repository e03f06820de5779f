"""Two classes that do the same in two ways: a program has one of them, also if a third hands over what they start."""
import asyncio
import threading


class Store:
    def __init__(self, schedule):
        self.dirty = True
        self.saving = schedule(self.save)

    def save(self):
        if not self.dirty:  # possible AH701 "`self.dirty` is tested here and changed"
            return
        print("saved")
        self.dirty = False


class Tasks:
    def __init__(self):
        self.store = Store(self.schedule)

    def schedule(self, save):
        raise NotImplementedError


class ThreadTasks(Tasks):
    def schedule(self, save):
        def saving():
            save()
            threading.Timer(10, saving).start()

        return saving

    def start(self):
        self.store.saving()


class LoopTasks(Tasks):
    def schedule(self, save):
        async def saving():
            while True:
                await asyncio.get_running_loop().run_in_executor(None, save)
                await asyncio.sleep(10)

        return saving

    async def start(self):
        await self.store.saving()
