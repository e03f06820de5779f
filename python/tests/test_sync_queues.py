"""Queues that green threads, coroutines and OS threads share."""

import queue
import sys

import eventlet
import pytest
from _sync_worlds import KILLABLE, WORLDS, Running, end_when_served, until
from eventlet import hubs

import aiohub
from aiohub._locks.queues import ShutDown

every_world = pytest.mark.parametrize("world", WORLDS)
every_killable = pytest.mark.parametrize("world", KILLABLE)
KINDS = [aiohub.Queue, aiohub.LifoQueue, aiohub.PriorityQueue]
every_kind = pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)


def start_getting(q, world):
    before = q._items.waiting
    running = Running(world, q.get, q.aget)
    until(lambda: q._items.waiting > before)
    return running


def start_putting(q, world, item):
    before = q._places.waiting
    running = Running(world, lambda: q.put(item), lambda: q.aput(item))
    until(lambda: q._places.waiting > before)
    return running


def start_joining(q, world):
    before = len(q._joiners)
    running = Running(world, q.join, q.ajoin)
    until(lambda: len(q._joiners) > before)
    return running


def is_idle(q):
    return not (q._items.waiting or (q._places and q._places.waiting) or len(q._joiners))


@pytest.mark.parametrize(
    ("make", "expected"),
    [(aiohub.Queue, [3, 1, 2]), (aiohub.LifoQueue, [2, 1, 3]), (aiohub.PriorityQueue, [1, 2, 3])],
)
def test_order(make, expected):
    q = make()
    for item in [3, 1, 2]:
        q.put(item)
    assert (q.qsize(), q.empty(), q.full()) == (3, False, False)
    assert [q.get() for _ in range(3)] == expected
    assert (q.qsize(), q.empty()) == (0, True)


@every_kind
@pytest.mark.parametrize("maxsize", [0, -1])
def test_no_limit(make, maxsize):
    q = make(maxsize)
    for item in range(1000):
        q.put_nowait(item)
    assert q.qsize() == 1000
    assert not q.full()


@every_kind
@pytest.mark.parametrize("getter", WORLDS)
@pytest.mark.parametrize("putter", WORLDS)
def test_items_go_from_any_world_to_any_world(make, putter, getter):
    q = make(1)
    getting = start_getting(q, getter)
    Running(putter, lambda: q.put("item"), lambda: q.aput("item")).result()
    assert getting.result() == "item"
    q.put("first")
    putting = start_putting(q, putter, "second")
    assert q.full()
    assert Running(getter, q.get, q.aget).result() == "first"
    putting.result()
    assert q.get() == "second"
    assert is_idle(q)


@every_kind
def test_getters_are_served_in_turn(make):
    q = make()
    getting = [start_getting(q, world) for world in WORLDS * 3]
    for item in range(len(getting)):
        q.put(item)
        # One by one: which of two OS threads runs first is not ours to say.
        assert getting[item].result() == item
    assert is_idle(q)


def test_nobody_overtakes_a_getter():
    q = aiohub.Queue()
    getting = start_getting(q, "green")
    q.put("item")
    with pytest.raises(queue.Empty):
        q.get_nowait()
    assert q.qsize() == 1  # until the getter has run
    assert getting.result() == "item"
    assert q.qsize() == 0


def test_putters_are_served_in_turn():
    q = aiohub.Queue(1)
    q.put("first")
    putting = [start_putting(q, world, number) for number, world in enumerate(WORLDS * 3)]
    assert q.get() == "first"
    assert [q.get() for _ in putting] == list(range(len(putting)))
    for each in putting:
        each.result()
    assert is_idle(q)


@every_world
@every_kind
def test_empty_and_full(make, world):
    q = make(1)
    with pytest.raises(queue.Empty):
        Running(world, lambda: q.get(timeout=0.01), lambda: q.aget(timeout=0.01)).result()
    with pytest.raises(queue.Empty):
        Running(world, q.get_nowait, lambda: q.aget(timeout=0)).result()
    q.put(1)
    with pytest.raises(queue.Full):
        Running(world, lambda: q.put(2, timeout=0.01), lambda: q.aput(2, timeout=0.01)).result()
    with pytest.raises(queue.Full):
        Running(world, lambda: q.put_nowait(2), lambda: q.aput(2, timeout=0)).result()
    assert q.get() == 1
    assert q.unfinished_tasks == 1
    assert is_idle(q)


@every_kind
def test_bad_arguments(make):
    q = make()
    for call in (lambda: q.get(timeout=-1), lambda: q.put(1, timeout=-1)):
        with pytest.raises(ValueError, match="'timeout' must be a non-negative number"):
            call()
    with pytest.raises(TypeError, match="timeout"):
        q.get(timeout="1")
    with pytest.raises(TypeError, match="maxsize"):
        make("1")
    assert q.empty()


# Nothing is lost.


@every_killable
@every_kind
def test_getter_that_is_ended_leaves(make, world):
    q = make()
    getting = start_getting(q, world)
    getting.end()
    assert getting.was_ended()
    assert is_idle(q)
    q.put(1)
    assert q.get_nowait() == 1


@every_killable
@pytest.mark.parametrize("next_world", [None, *WORLDS])
def test_getter_that_is_ended_when_served_loses_nothing(world, next_world):
    q = aiohub.Queue()
    first = start_getting(q, world)
    second = start_getting(q, next_world) if next_world else None
    end_when_served(first, lambda: q.put("first item"))
    q.put("second item")
    if second is not None:
        assert second.result() == "first item"
        assert q.get() == "second item"
    else:
        assert [q.get(), q.get()] == ["first item", "second item"]  # in order
    assert is_idle(q)


@every_killable
def test_putter_that_is_ended_when_served_leaves_its_place(world):
    q = aiohub.Queue(1)
    q.put("first")
    first = start_putting(q, world, "never")
    second = start_putting(q, "task", "second")
    end_when_served(first, q.get)
    second.result()
    assert q.get() == "second"
    q.put_nowait("the place is free")
    assert is_idle(q)


def test_putter_that_is_killed_leaves():
    q = aiohub.Queue(1)
    q.put("first")
    putting = start_putting(q, "green", "never")
    hubs.get_hub().schedule_call_global(0, putting.green.throw)
    assert putting.was_ended()
    assert is_idle(q)
    assert q.get() == "first"
    assert q.empty()
    assert q.unfinished_tasks == 1


def test_items_that_do_not_compare():
    q = aiohub.PriorityQueue(2)
    q.put(2)
    with pytest.raises(TypeError):
        q.put("two")
    assert q.unfinished_tasks == 1
    q.put(1)
    assert q.full()
    assert [q.get(), q.get()] == [1, 2]
    q.put_nowait(1)
    q.put_nowait(2)


def test_item_that_does_not_compare_any_more_stays():
    class Fragile:
        broken = False

        def __init__(self, rank):
            self.rank = rank

        def __lt__(self, other):
            if Fragile.broken:
                raise ArithmeticError
            return self.rank < other.rank

    q = aiohub.PriorityQueue()
    for rank in [3, 1, 2]:
        q.put(Fragile(rank))
    Fragile.broken = True
    with pytest.raises(ArithmeticError):
        q.get()
    Fragile.broken = False
    assert sorted(q.get_nowait().rank for _ in range(3)) == [1, 2, 3]


# task_done, join.


@every_world
def test_join_waits_for_task_done(world):
    q = aiohub.Queue()
    Running(world, q.join, q.ajoin).result()  # nothing to wait for
    q.put(1)
    q.put(2)
    joining = start_joining(q, world)
    q.get()
    q.task_done()
    assert not joining.done
    q.get()
    eventlet.sleep(0)
    assert not joining.done
    q.task_done()
    joining.result()
    assert is_idle(q)


@every_killable
def test_joiner_that_is_ended_leaves(world):
    q = aiohub.Queue()
    q.put(1)
    joining = start_joining(q, world)
    joining.end()
    assert joining.was_ended()
    assert is_idle(q)


def test_task_done_too_often():
    q = aiohub.Queue()
    q.put(1)
    q.task_done()
    with pytest.raises(ValueError, match="too many times"):
        q.task_done()


# shutdown.


@every_kind
def test_shutdown_lets_the_rest_be_taken(make):
    q = make(3)
    q.put(1)
    q.put(2)
    q.shutdown()
    assert q.is_shutdown
    with pytest.raises(ShutDown):
        q.put(3)
    with pytest.raises(ShutDown):
        aiohub.wait(q.aput(3))
    assert sorted([q.get(), aiohub.wait(q.aget())]) == [1, 2]
    for _ in range(2):
        with pytest.raises(ShutDown):
            q.get()
        with pytest.raises(ShutDown):
            q.get_nowait()
        with pytest.raises(ShutDown):
            aiohub.wait(q.aget())


@every_world
@pytest.mark.parametrize("immediate", [False, True])
def test_shutdown_wakes_who_waits(world, immediate):
    empty, full = aiohub.Queue(), aiohub.Queue(1)
    full.put(1)
    waiting = [start_getting(empty, world), start_getting(empty, world), start_putting(full, world, 2)]
    empty.shutdown(immediate)
    full.shutdown(immediate)
    for each in waiting:
        with pytest.raises(ShutDown):
            each.result()
    assert is_idle(empty)
    assert is_idle(full)
    assert full.qsize() == (0 if immediate else 1)


@every_world
def test_immediate_shutdown_counts_what_it_drops_as_done(world):
    q = aiohub.Queue()
    for item in range(3):
        q.put(item)
    q.get()
    joining = start_joining(q, world)
    q.shutdown(immediate=True)
    assert q.empty()
    assert not joining.done  # one item is still being worked on
    q.task_done()
    joining.result()


def test_item_promised_before_shutdown_is_delivered():
    q = aiohub.Queue()
    getting = start_getting(q, "green")
    q.put("item")
    q.shutdown()
    assert getting.result() == "item"


def test_shutdown_exception_is_the_standard_one():
    if sys.version_info >= (3, 13):
        assert ShutDown is queue.ShutDown
    else:
        assert issubclass(ShutDown, Exception)
