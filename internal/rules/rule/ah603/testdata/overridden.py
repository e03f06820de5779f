class Client:
    def create(self, name):
        self.users = {name: 1}

    def close(self):
        self.users = {}

    async def rename(self, name):
        await self.create(name)
        await self.close()  # want AH603 "cannot be awaited: it is no coroutine, task or future"


class Whois(Client):
    async def create(self, name):
        super().create(name)
        await self.whois(name)

    async def whois(self, name):
        return name
