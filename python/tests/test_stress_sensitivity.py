"""The stress run sees one wake-up that is lost: each kind is taken away from one green thread, once."""

import asyncio

import eventlet
import greenlet
import pytest
from _stress_model import Plan, faults
from _stress_run import Run

from aiohub._base.waiting import WakeUp

#: Who waits for a lock holds up the others as well.
SHARED = ("eventlet.Semaphore", "aiohub.Lock")


class CarelessRun(Run):
    """A run in which the hub loses one wake-up of a green thread that nobody interrupts."""

    def __init__(self, plan, lose):
        super().__init__(plan)
        self.lose = lose
        self.candidates = {}
        self.victim = None

    def perform_green(self, actor):
        if actor.parent is None and actor.reaped is None:
            self.candidates[greenlet.getcurrent()] = actor
        return super().perform_green(actor)

    def wait_green(self, wait):
        green = greenlet.getcurrent()
        if self.victim is None and green in self.candidates and wait.what not in SHARED:
            self.loop.call_soon(self.try_to_lose, green)
            if self.lose is lose_timer:
                eventlet.sleep(0.01)  # those of the plan are too short to be caught
        super().wait_green(wait)

    def try_to_lose(self, green):
        if self.victim is None and self.lose(self, green):
            self.victim = green

    def wait_for_others(self):
        """Wait until at most one has not ended, however slow the machine is."""
        while self.unfinished > 1 or self.reaping:
            eventlet.sleep(0.01)


def lose_timer(run, green):
    for timer in run.hub.timer_queue.pending():
        if getattr(timer.tpl[0], "__self__", None) is green:
            timer.called = True
            run.hub.timer_canceled(timer)
            return True
    return False


def lose_descriptor(run, green):
    for fileno, listener in run.hub.listeners["read"].items():
        if listener.greenlet is green:
            run.hub.descriptors.poller.forget(fileno)
            return True
    return False


def lose_future(run, green):
    for task in asyncio.all_tasks(run.loop):
        for callback, _ in getattr(task, "_callbacks", None) or ():
            if isinstance(callback, WakeUp) and callback.waiter is green:
                task.remove_done_callback(callback)
                return True
    return False


@pytest.mark.parametrize("lose", [lose_timer, lose_descriptor, lose_future], ids=lambda lose: lose.__name__)
def test_stress_sees_one_lost_wake_up(lose):
    plan = Plan(11, 300)
    run = CarelessRun(plan, lose)
    run.run(patience=1)
    run.wait_for_others()
    assert run.victim is not None, "nobody waited in this way"
    assert run.unfinished == 1
    actor = run.candidates[run.victim]
    assert [fault for fault in faults(plan) if "has not ended" in fault and repr(actor) in fault]
    run.victim.kill()
    run.close()


def test_stress_sees_none_where_none_is_lost():
    plan = Plan(11, 300)
    run = CarelessRun(plan, lambda run, green: False)
    run.run(patience=60)
    run.close()
    assert run.unfinished == 0 and not faults(plan)
