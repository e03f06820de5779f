import asyncio
import os
import signal
import sys


def give_up():
    sys.exit(1)


async def serve(reader, writer):
    sys.exit(0)  # want AH614 "`sys.exit` ends the program from within the event loop"


async def work():
    if os.environ:
        raise SystemExit(1)  # want AH614 "`raise SystemExit` ends the program from within the event loop"
    give_up()  # want AH614 "`give_up..` ends the program from within the event loop: it leads to `sys.exit` .a.py:8."
    await deeper()


async def deeper():
    exit()  # want AH614 "`builtins.exit` ends the program from within the event loop"


def on_signal(number, frame):
    sys.exit(0)  # want AH614 "`sys.exit` ends the program from within the event loop"


def on_terminate():
    sys.exit(0)  # want AH614 "`sys.exit` ends the program from within the event loop"


async def handler(request):
    sys.exit(request)  # possible AH614 "`sys.exit` ends the program from within the event loop"


async def daemonize():
    if os.fork():  # want AH614 "`os.fork` forks a process in which an event loop runs"
        os._exit(0)  # possible AH614 "ends the program from within the event loop"


async def main():
    signal.signal(signal.SIGINT, on_signal)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, on_terminate)
    server = await asyncio.start_server(serve)
    task = asyncio.create_task(work())
    if not server:
        sys.exit(1)
    await task


if __name__ == "__main__":
    if os.fork():
        sys.exit(0)
    asyncio.run(main())
