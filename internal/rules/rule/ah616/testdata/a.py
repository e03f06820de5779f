import asyncio
import contextlib
import sys


async def fetch():
    await asyncio.sleep(1)


async def work(future, log):
    try:
        await fetch()
    except:  # want AH616 "`except` catches the cancellation of the task as well, and does not raise it again"
        pass
    try:
        await fetch()
    except BaseException:  # want AH616 "`except BaseException` catches the cancellation of the task as well, and does not raise it again"
        log.exception("failed")
    try:
        async with future:
            pass
    except (ValueError, BaseException):  # want AH616 "catches the cancellation of the task as well, and does not raise it again"
        return
    with contextlib.suppress(BaseException):  # want AH616 "takes the cancellation of the task as well"
        await fetch()
    while True:
        try:
            await fetch()
        except asyncio.CancelledError:  # want AH616 "`except asyncio.CancelledError` catches the cancellation of the task, and the loop goes on"
            log.info("cancelled")


async def fair(future, log):
    try:
        await fetch()
    except:
        log.exception("failed")
        raise
    try:
        await fetch()
    except BaseException as error:
        future.set_exception(error)
    try:
        await fetch()
    except Exception:
        pass
    try:
        fetch_now()
    except:
        pass
    try:
        await fetch()
    except asyncio.CancelledError:
        raise
    except BaseException:
        log.exception("failed")
    try:
        await fetch()
    except:
        sys.exit(1)
    while True:
        try:
            await fetch()
        except asyncio.CancelledError:
            break
    with contextlib.suppress(asyncio.CancelledError):
        await fetch()


async def stop(task):
    task.cancel()
    while True:
        try:
            await task
        except asyncio.CancelledError:
            pass


def fetch_now():
    try:
        print(1)
    except:
        pass


class Session:
    async def stop(self, other):
        self.task.cancel()
        with contextlib.suppress(BaseException):
            await self.task
        try:
            await self.task
        except:
            pass
        with contextlib.suppress(BaseException):  # want AH616 "takes the cancellation of the task as well"
            await other
        try:
            await self.task
            await fetch()
        except BaseException:  # want AH616 "catches the cancellation of the task as well, and does not raise it again"
            pass


async def settle(worker, log):
    try:
        await fetch()
    except asyncio.CancelledError:
        while True:
            try:
                await asyncio.shield(worker)
                break
            except asyncio.CancelledError:
                continue
        raise
    except OSError:
        while True:
            try:
                await asyncio.shield(worker)
            except asyncio.CancelledError:  # want AH616 "catches the cancellation of the task, and the loop goes on"
                continue


async def clean_up(log):
    try:
        await fetch()
    except BaseException:
        with contextlib.suppress(BaseException):
            await fetch()
        try:
            await fetch()
        except BaseException:
            log.exception("failed")
        raise
    except OSError:
        with contextlib.suppress(BaseException):  # want AH616 "takes the cancellation of the task as well"
            await fetch()
