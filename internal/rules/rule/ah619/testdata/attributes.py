import threading


class Store:
    shared = threading.local()

    def __init__(self):
        self.own = threading.local()

    async def put(self, value):
        self.own.value = value  # want AH619 "belongs to the thread, and is written by coroutines that share it"
        self.shared.value = value  # want AH619 "belongs to the thread, and is written by coroutines that share it"

    def put_in_thread(self, value):
        self.own.value = value
