"""Promise 4: borders nest to any depth; results, exceptions, cancellation and timeouts pass through all of them."""

import asyncio

import eventlet
import pytest
from _border_nest import Nest, whole
from eventlet import event
from greenlet import GreenletExit

import aiohub


@pytest.fixture
def silent_hub():
    """Green threads that fail are the point here: the hub need not print them."""
    hub = eventlet.hubs.get_hub()
    hub.set_timer_exceptions(False)
    yield
    hub.set_timer_exceptions(True)


ENTRIES = {
    "green": lambda nest: eventlet.spawn(nest.from_green).wait(),
    "main": lambda nest: nest.from_green(),
    "async": lambda nest: aiohub.wait(nest.from_async()),
}
every_entry = pytest.mark.parametrize("enter", ENTRIES.values(), ids=ENTRIES)
seeds = pytest.mark.parametrize("seed", range(20))


def assert_whole(nest):
    assert nest.log == whole(nest.depth), nest.path


@every_entry
@seeds
def test_promise_04_results(enter, seed):
    result = object()
    nest = Nest(seed, lambda nest: result)
    assert enter(nest) is result
    assert_whole(nest)


@every_entry
@seeds
def test_promise_04_results_after_blocking_at_the_bottom(enter, seed):
    nest = Nest(seed, lambda nest: eventlet.sleep(0.0001) or aiohub.wait(asyncio.sleep(0, "result")))
    assert enter(nest) == "result"
    assert_whole(nest)


class CustomBase(BaseException):
    pass


@every_entry
@seeds
@pytest.mark.parametrize(
    "error", [ValueError("x"), CustomBase("x"), eventlet.Timeout()], ids=lambda error: type(error).__name__
)
def test_promise_04_exceptions(enter, seed, error, silent_hub):
    def fail(nest):
        raise error

    nest = Nest(seed, fail)
    with pytest.raises(type(error)) as caught:
        enter(nest)
    assert caught.value is error
    assert_whole(nest)
    assert all(seen is error for _, seen in nest.seen.values())
    assert sorted(nest.seen) == list(range(nest.depth + 1))


class Bottom:
    """Blocks at the bottom until something is thrown in; the cleanup there blocks, too."""

    def __init__(self, in_a_coroutine):
        self.reached = event.Event()
        self.cleaned = False
        self.in_a_coroutine = in_a_coroutine

    def __call__(self, nest):
        try:
            self.reached.send()
            if self.in_a_coroutine:
                aiohub.wait(asyncio.Event().wait())
            else:
                event.Event().wait()
        finally:
            eventlet.sleep(0)
            aiohub.wait(asyncio.sleep(0))
            self.cleaned = True


either_bottom = pytest.mark.parametrize("in_a_coroutine", [False, True], ids=["green bottom", "async bottom"])


@either_bottom
@seeds
def test_promise_04_killing_the_outermost_green_thread(seed, in_a_coroutine):
    bottom = Bottom(in_a_coroutine)
    nest = Nest(seed, bottom)
    green_thread = eventlet.spawn(nest.from_green)
    bottom.reached.wait()
    green_thread.kill()
    with pytest.raises(GreenletExit):
        green_thread.wait()
    assert bottom.cleaned
    assert_whole(nest)
    for world, seen in nest.seen.values():
        assert isinstance(seen, (GreenletExit, asyncio.CancelledError)), (world, seen)


@either_bottom
@seeds
def test_promise_04_killing_the_outermost_green_thread_with_an_exception(seed, in_a_coroutine, silent_hub):
    bottom = Bottom(in_a_coroutine)
    nest = Nest(seed, bottom)
    green_thread = eventlet.spawn(nest.from_green)
    bottom.reached.wait()
    error = KeyError("killed")
    green_thread.kill(error)
    with pytest.raises(KeyError) as caught:
        green_thread.wait()
    assert caught.value is error
    assert bottom.cleaned
    assert_whole(nest)


@either_bottom
@seeds
def test_promise_04_cancelling_the_outermost_task(seed, in_a_coroutine):
    bottom = Bottom(in_a_coroutine)
    nest = Nest(seed, bottom)

    async def main():
        task = asyncio.ensure_future(nest.from_async())
        await aiohub.sync_to_async(bottom.reached.wait)()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()
        assert bottom.cleaned
        assert_whole(nest)
        for world, seen in nest.seen.values():
            assert isinstance(seen, (GreenletExit, asyncio.CancelledError)), (world, seen)

    aiohub.wait(main())


@either_bottom
@seeds
def test_promise_04_an_eventlet_timeout_around_everything(seed, in_a_coroutine, silent_hub):
    bottom = Bottom(in_a_coroutine)
    nest = Nest(seed, bottom)
    with pytest.raises(eventlet.Timeout) as caught:
        with eventlet.Timeout(0.02) as timeout:
            nest.from_green()
    assert caught.value is timeout
    if bottom.reached.ready():
        assert bottom.cleaned
    assert nest.log == whole(max(level for _, level in nest.log))


@either_bottom
@seeds
def test_promise_04_wait_with_a_timeout_around_everything(seed, in_a_coroutine):
    bottom = Bottom(in_a_coroutine)
    nest = Nest(seed, bottom)
    with pytest.raises(TimeoutError):
        aiohub.wait(nest.from_async(), timeout=0.02)
    if bottom.reached.ready():
        assert bottom.cleaned
    assert nest.log == whole(max(level for _, level in nest.log))


@either_bottom
@seeds
def test_promise_04_wait_for_around_everything(seed, in_a_coroutine):
    bottom = Bottom(in_a_coroutine)
    nest = Nest(seed, bottom)

    async def main():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(nest.from_async(), 0.02)

    aiohub.wait(main())
    if bottom.reached.ready():
        assert bottom.cleaned
    assert nest.log == whole(max(level for _, level in nest.log))


@either_bottom
@seeds
def test_promise_04_a_timeout_in_the_middle_ends_what_is_below_it_only(seed, in_a_coroutine, silent_hub):
    """Somewhere on the way down a level waits with a timeout: below it everything is cancelled, above it life goes
    on.
    """
    bottom = Bottom(in_a_coroutine)
    below = Nest(seed, bottom)

    def middle(nest):
        with pytest.raises(eventlet.Timeout):
            with eventlet.Timeout(0.02):
                below.from_green()
        return "went on"

    above = Nest(1000 + seed, middle)
    assert eventlet.spawn(above.from_green).wait() == "went on"
    assert_whole(above)
    assert above.seen == {}
    assert below.log == whole(max(level for _, level in below.log))
    if bottom.reached.ready():
        assert bottom.cleaned


@seeds
def test_promise_04_many_chains_at_once(seed):
    """Chains of every kind side by side do not mix up their results."""
    nests = [
        Nest(seed * 100 + number, lambda nest, number=number: eventlet.sleep(0) or number, depth=10)
        for number in range(10)
    ]

    async def main():
        return await asyncio.gather(
            *(nest.from_async() if number % 2 else eventlet.spawn(nest.from_green) for number, nest in enumerate(nests))
        )

    assert aiohub.wait(main()) == list(range(10))
    for nest in nests:
        assert_whole(nest)


def test_promise_04_two_hundred_levels():
    nest = Nest(0, lambda nest: "result", depth=200)
    assert nest.from_green() == "result"
    assert_whole(nest)
