import asyncio
import time
from time import sleep


async def main(a):
    time.sleep()  # want AH510 "`time.sleep` needs an argument"
    sleep()  # want AH510 "`sleep` needs an argument"
    await asyncio.sleep()  # want AH510 "`asyncio.sleep` needs an argument"
    time.sleep(*a)
    await asyncio.sleep(0)
