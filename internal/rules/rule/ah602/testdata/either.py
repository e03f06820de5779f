from collections.abc import AsyncIterator


class Logs:
    async def lines(self):
        yield 1

    async def all(self):
        return [1]

    def logs(self, follow) -> str | AsyncIterator[str]:
        if follow:
            return self.lines()
        return self.all()

    def text(self) -> str:
        return self.all()  # want AH602 "is a coroutine and is returned by `text`"
