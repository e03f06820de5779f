"""Carries out a plan of `_stress_model`: starts its actors, interrupts them, and writes down what becomes of them."""

from __future__ import annotations

import asyncio
import socket

import eventlet
import greenlet
from _stress_model import CUSTOM, FAILED, GREEN, KILLED, OK, Actor, Call, Plan, Wait
from eventlet import hubs

import aiohub

#: How many may be inside a semaphore of the run at once.
SEATS = 3


class StressError(Exception):
    """The error of an actor that fails."""


class Reaped(StressError):
    """What a green thread is killed with when it is not GreenletExit.

    Nobody guards against it: who is cancelled and sees this instead, from what it waits for, has to end as well.
    """


class Interrupted(Exception):
    """An exception that nobody threw: a fault."""


TIMED_OUT = (eventlet.Timeout, TimeoutError, asyncio.TimeoutError)


class Run:
    """One run of *plan* on this thread's hub."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.hub = hubs.get_hub()
        self.loop = aiohub.get_loop()
        self.faults: list[str] = []
        self.unfinished = 0
        self.reaping = 0
        self.inside = {"eventlet.Semaphore": 0, "asyncio.Semaphore": 0, "aiohub.Lock": 0}
        self.green_semaphore = eventlet.Semaphore(SEATS)
        self.aio_semaphore = asyncio.Semaphore(SEATS)
        self.lock = aiohub.Lock()
        self.wire = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for sock in self.wire:
            sock.setblocking(False)

    def close(self) -> None:
        for sock in self.wire:
            sock.close()

    # Starting.

    def run(self, patience: float) -> None:
        """Start all roots, a few at a time, and wait until everything has ended. Gives up *patience* seconds after the
        last actor that ended."""
        for count, root in enumerate(self.plan.roots):
            self.start(root)
            if count % 20 == 0:
                eventlet.sleep(0)
        while self.unfinished or self.reaping:
            before = (self.unfinished, self.reaping)
            with eventlet.Timeout(patience, False):
                while (self.unfinished, self.reaping) == before:
                    eventlet.sleep(0.002)
                continue
            return

    def start(self, actor: Actor):
        """Start a root; its end is counted."""
        self.unfinished += 1
        if actor.kind == GREEN:
            handle = self.spawn(actor)
            handle.link(lambda _: self._finished())
        else:
            handle = self.loop.create_task(self.perform_task(actor))
            self.reap_later(actor, handle)
            handle.add_done_callback(self._task_finished)

    def _finished(self) -> None:
        self.unfinished -= 1

    def _task_finished(self, task) -> None:
        self.unfinished -= 1
        if not task.cancelled():
            task.exception()  # looked at: asyncio does not report it

    def spawn(self, actor: Actor):
        """A green thread that performs *actor*."""
        handle = eventlet.spawn(self.perform_green, actor)
        self.reap_later(actor, handle)
        return handle

    # Interrupting.

    def reap_later(self, actor: Actor, handle) -> None:
        """Kill or cancel *handle* when the plan says so; *handle* is a green thread or a task."""
        if actor.reaped is None:
            return
        delay, reaper = actor.reaped
        self.reaping += 1
        if reaper == "timer":
            self.hub.schedule_call_global(delay, self.reap, actor, handle)
        elif reaper == "callback":
            self.loop.call_later(delay, self.reap, actor, handle)
        elif reaper == GREEN:
            eventlet.spawn_after(delay, self.reap, actor, handle)
        else:
            self.loop.create_task(self.reap_in_task(delay, actor, handle))

    async def reap_in_task(self, delay: float, actor: Actor, handle) -> None:
        await asyncio.sleep(delay)
        self.reap(actor, handle)

    def reap(self, actor: Actor, handle) -> None:
        try:
            if actor.kind != GREEN:
                handle.cancel()
            elif actor.reaped_custom:
                handle.kill(Reaped(actor.number))
            else:
                handle.kill()
        finally:
            self.reaping -= 1

    # Performing.

    def note(self, actor: Actor, exc: BaseException | None) -> None:
        """Write down how *actor* ended."""
        if exc is None:
            actor.outcome = OK
        elif isinstance(exc, Reaped):
            actor.outcome = CUSTOM
        elif isinstance(exc, StressError):
            actor.outcome = FAILED
        elif isinstance(exc, (greenlet.GreenletExit, asyncio.CancelledError)):
            actor.outcome = KILLED
        else:
            actor.outcome = repr(exc)

    def perform_green(self, actor: Actor) -> int:
        actor.started = True
        try:
            try:
                for step in actor.steps:
                    if isinstance(step, Wait):
                        self.wait_green(step)
                    else:
                        self.call_green(actor, step)
                if actor.forever:
                    [eventlet.Event().wait, self.hub.switch][actor.cleanup % 2]()
                    raise Interrupted(f"{actor!r} woke up")
                if actor.fails:
                    raise StressError(actor.number)
                return actor.number
            finally:
                if actor.cleanup == 1:
                    eventlet.sleep(0)
                elif actor.cleanup == 2:
                    aiohub.wait(asyncio.sleep(0))
        except BaseException as exc:
            self.note(actor, exc)
            raise
        else:
            self.note(actor, None)
        finally:
            actor.ended = True
            if actor.outcome is None:
                self.note(actor, None)

    async def perform_task(self, actor: Actor) -> int:
        actor.started = True
        try:
            try:
                for step in actor.steps:
                    if isinstance(step, Wait):
                        await self.wait_task(step)
                    else:
                        await self.call_task(actor, step)
                if actor.forever:
                    if actor.cleanup % 2:
                        eventlet.Event().wait()
                    else:
                        await self.loop.create_future()
                    raise Interrupted(f"{actor!r} woke up")
                if actor.fails:
                    raise StressError(actor.number)
                return actor.number
            finally:
                if actor.cleanup == 1:
                    eventlet.sleep(0)
                elif actor.cleanup == 2:
                    await asyncio.sleep(0)
        except BaseException as exc:
            self.note(actor, exc)
            raise
        finally:
            actor.ended = True
            if actor.outcome is None:
                self.note(actor, None)

    # Calls.

    def call_green(self, actor: Actor, call: Call) -> None:
        (child,) = call.children
        try:
            if call.timeout is None:
                result = self.call_from_green(child, call)
            elif call.timeout_way == 0:
                result = self.call_from_green(child, call, timeout=call.timeout)
            elif call.timeout_way == 1:
                with aiohub.timeout(call.timeout):
                    result = self.call_from_green(child, call)
            else:
                with eventlet.Timeout(call.timeout) as mine:
                    try:
                        result = self.call_from_green(child, call)
                    except eventlet.Timeout as exc:
                        if exc is not mine:
                            raise Interrupted(f"{actor!r}: somebody else's timeout {exc!r}") from exc
                        raise
            self.check_result(actor, child, result)
        except TIMED_OUT as exc:
            self.check_timeout(actor, call, exc)
        except StressError as exc:
            if not call.guarded or isinstance(exc, Reaped):
                raise
        finally:
            self.check_ended(actor, call)

    def call_from_green(self, child: Actor, call: Call, **timeout):
        if child.kind == GREEN:
            return aiohub.wait(self.spawn(child), **timeout)
        if call.way == 0 and not timeout:
            return aiohub.async_to_sync(self.perform_reaped_task)(child)
        if call.way == 1:
            task = self.loop.create_task(self.perform_task(child))
            self.reap_later(child, task)
            return aiohub.wait(task, **timeout)
        return aiohub.wait(self.perform_reaped_task(child), **timeout)

    async def perform_reaped_task(self, child: Actor) -> int:
        self.reap_later(child, asyncio.current_task())
        return await self.perform_task(child)

    async def call_task(self, actor: Actor, call: Call) -> None:
        if call.gather:
            await self.gather(actor, call)
            return
        (child,) = call.children
        try:
            if call.timeout is None:
                result = await self.awaitable(child, call)
            elif call.timeout_way == 0:
                async with aiohub.timeout(call.timeout):
                    result = await self.awaitable(child, call)
            else:
                with eventlet.Timeout(call.timeout) as mine:
                    try:
                        result = await self.awaitable(child, call)
                    except eventlet.Timeout as exc:
                        if exc is not mine:
                            raise Interrupted(f"{actor!r}: somebody else's timeout {exc!r}") from exc
                        raise
            self.check_result(actor, child, result)
        except TIMED_OUT as exc:
            self.check_timeout(actor, call, exc)
        except StressError as exc:
            if not call.guarded or isinstance(exc, Reaped):
                raise
        finally:
            self.check_ended(actor, call)

    def awaitable(self, child: Actor, call: Call):
        if child.kind != GREEN or call.way == 1:
            return self.future(child)
        if call.way == 0 and child.reaped is None:
            return aiohub.sync_to_async(self.perform_green)(child)
        return self.spawn(child)

    def future(self, child: Actor) -> asyncio.Future:
        # gather() would wrap a green thread in a task, which, cancelled before its first step, never gets to await it.
        if child.kind == GREEN:
            return aiohub.greenlet_to_future(self.spawn(child))
        task = self.loop.create_task(self.perform_task(child))
        self.reap_later(child, task)
        return task

    async def gather(self, actor: Actor, call: Call) -> None:
        try:
            results = await asyncio.gather(*(self.future(child) for child in call.children), return_exceptions=True)
            for child, result in zip(call.children, results, strict=True):
                if not isinstance(result, BaseException):
                    self.check_result(actor, child, result)
        finally:
            self.check_ended(actor, call)

    # Checks while it runs.

    def check_result(self, actor: Actor, child: Actor, result) -> None:
        if result != child.number:
            self.faults.append(f"{actor!r} got {result!r} from {child!r}")

    def check_timeout(self, actor: Actor, call: Call, exc: BaseException) -> None:
        if not call.may_expire:
            self.faults.append(f"{actor!r} got a timeout that was not its own: {exc!r}")

    def check_ended(self, actor: Actor, call: Call) -> None:
        """Whatever ended a call: what was called has ended before, its cleanup included."""
        for child in call.children:
            if child.started and not child.ended:
                self.faults.append(f"{actor!r} goes on while {child!r}, which it called, still runs")

    # Waits.

    def wait_green(self, wait: Wait) -> None:
        if wait.what == "wait for asyncio.sleep":
            aiohub.wait(asyncio.sleep(wait.seconds))
        elif wait.what == "wait for asyncio.Event":
            event = asyncio.Event()
            eventlet.spawn_after(wait.seconds, event.set)
            aiohub.wait(event.wait())
        else:
            self.block(wait)

    def block(self, wait: Wait) -> None:
        """What green threads do, and coroutines may do, too."""
        if wait.what == "eventlet.sleep":
            eventlet.sleep(wait.seconds)
        elif wait.what == "eventlet.Event":
            event = eventlet.Event()
            self.loop.call_later(wait.seconds, event.send, "sent")
            if event.wait() != "sent":
                self.faults.append("Event.wait returned something else")
        elif wait.what == "eventlet.Queue":
            queue = eventlet.Queue()
            self.loop.call_later(wait.seconds, queue.put, "item")
            if queue.get() != "item":
                self.faults.append("Queue.get returned something else")
        elif wait.what == "aiohub.Queue":
            shared = aiohub.Queue()
            self.loop.call_later(wait.seconds, shared.put_nowait, "item")
            if shared.get() != "item":
                self.faults.append("aiohub.Queue.get returned something else")
        elif wait.what == "eventlet.Semaphore":
            with self.green_semaphore:
                self.enter(wait.what, SEATS)
                try:
                    eventlet.sleep(0)
                finally:
                    self.inside[wait.what] -= 1
        elif wait.what == "aiohub.Lock":
            with self.lock:
                self.enter(wait.what, 1)
                try:
                    eventlet.sleep(0)
                finally:
                    self.inside[wait.what] -= 1
        elif wait.what == "socket":
            ours, theirs = socket.socketpair()
            try:
                self.hub.schedule_call_global(wait.seconds, self.send, theirs)
                hubs.trampoline(ours, read=True)
            finally:
                ours.close()
        else:
            raise ValueError(wait.what)

    def send(self, sock: socket.socket) -> None:
        try:
            sock.send(b"x")
        except BrokenPipeError:
            pass  # the waiter was killed
        finally:
            sock.close()

    async def wait_task(self, wait: Wait) -> None:
        if wait.what == "asyncio.sleep":
            await asyncio.sleep(wait.seconds)
        elif wait.what == "asyncio.Event":
            event = asyncio.Event()
            eventlet.spawn_after(wait.seconds, event.set)
            await event.wait()
        elif wait.what == "asyncio.Queue":
            queue: asyncio.Queue = asyncio.Queue()
            eventlet.spawn_after(wait.seconds, queue.put_nowait, "item")
            if await queue.get() != "item":
                self.faults.append("asyncio.Queue.get returned something else")
        elif wait.what == "asyncio.Semaphore":
            async with self.aio_semaphore:
                self.enter(wait.what, SEATS)
                try:
                    await asyncio.sleep(0)
                finally:
                    self.inside[wait.what] -= 1
        elif wait.what == "async aiohub.Lock":
            async with self.lock:
                self.enter("aiohub.Lock", 1)
                try:
                    await asyncio.sleep(0)
                finally:
                    self.inside["aiohub.Lock"] -= 1
        else:
            self.block(wait)

    def enter(self, what: str, seats: int) -> None:
        self.inside[what] += 1
        if self.inside[what] > seats:
            self.faults.append(f"{self.inside[what]} are inside a {what} with room for {seats}")
