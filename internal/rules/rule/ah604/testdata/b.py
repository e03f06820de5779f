async def main():
    async for n in range(3):  # want AH604 "is not asynchronous, and is iterated over with `async for`"
        print(n)
    async for n in sorted([3, 1]):  # want AH604 "is not asynchronous, and is iterated over with `async for`"
        print(n)
