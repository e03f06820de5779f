"""A pytest plugin for programs that use eventlet, asyncio or both. It does nothing until a loop is chosen.

`--aiohub-loop=auto` (or `aiohub_loop = auto` in the configuration) makes aiohub's hub the hub of the session before
anything is imported for the tests. Then `async def` tests and fixtures run on the hub's loop and may block as green
threads do, and other tests may use async fixtures. `aiohub_patch = true` patches first; `--aiohub-leaks` fails a test
that leaves green threads or tasks behind. What pytest-asyncio or anyio claims for itself stays theirs.
"""

from __future__ import annotations

import contextvars
import functools
import inspect
import types
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Generator

_LOOPS = ("auto", "engine", "asyncio", "uvloop")
# Turns of the hub that what a test has ended gets to be gone.
_TURNS = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("aiohub")
    group.addoption("--aiohub-loop", choices=_LOOPS, help="run the session on aiohub, on this loop")
    group.addoption("--aiohub-leaks", action="store_true", help="fail tests that leave green threads or tasks behind")
    parser.addini("aiohub_loop", "the loop of --aiohub-loop, where that is not given")
    parser.addini("aiohub_patch", "whether eventlet.monkey_patch() is called first of all", "bool", False)
    parser.addini("aiohub_leaks", "whether tests that leave green threads or tasks behind fail", "bool", False)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Install the hub before the first conftest.py is imported."""
    loop = early_config.known_args_namespace.aiohub_loop or early_config.getini("aiohub_loop")
    if not loop:
        return
    if loop not in _LOOPS:
        raise pytest.UsageError(f"aiohub_loop = {loop}: one of {', '.join(_LOOPS)} is needed")
    import aiohub

    try:
        aiohub.install(loop=None if loop == "auto" else loop, patch=early_config.getini("aiohub_patch"))
    except (ImportError, RuntimeError, ValueError) as exc:
        raise pytest.UsageError(f"aiohub: {exc}") from exc
    leaks = early_config.known_args_namespace.aiohub_leaks or early_config.getini("aiohub_leaks")
    early_config.pluginmanager.register(_Plugin(loop, leaks), "aiohub-session")


class _Plugin:
    """What is done in a session that runs on aiohub."""

    def __init__(self, loop: str, leaks: bool) -> None:
        self.loop = loop
        self.leaks = leaks

    def pytest_report_header(self) -> str:
        import aiohub

        return f"aiohub: {aiohub.__version__}, {type(aiohub.get_loop()).__name__}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        if not inspect.iscoroutinefunction(pyfuncitem.obj) or _is_claimed(pyfuncitem):
            return None
        import aiohub

        arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
        aiohub.run(pyfuncitem.obj(**arguments))
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> None:
        # Only replaced: pytest itself calls it, with what it asks for, and keeps what it returns or yields.
        function = fixturedef.func
        if _is_claimed(request.node) or "anyio_backend" in request.fixturenames:
            return
        if inspect.isasyncgenfunction(function):
            fixturedef.func = _wrapped(function, _generator_fixture)
        elif inspect.iscoroutinefunction(function):
            fixturedef.func = _wrapped(function, _fixture)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
        # Before the fixtures of the test, and compared in its teardown.
        if self.leaks:
            item.stash[_BEFORE] = set(_alive())
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, Any, Any]:
        result = yield
        if self.leaks:
            left = _left_behind(item.stash[_BEFORE])
            if left:
                pytest.fail("the test left behind:\n" + "\n".join(f"  {line}" for line in left), pytrace=False)
        return result


_BEFORE = pytest.StashKey[set[Any]]()


def _is_claimed(item: Any) -> bool:
    """Whether another plugin runs the coroutines of this test."""
    return any(item.get_closest_marker(name) for name in ("anyio", "asyncio", "trio"))


def _wrapped(function: Any, wrapper: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Callable[..., Any]:
    """*function* in *wrapper*; a method stays one, since pytest binds it to each test's own instance."""
    if inspect.ismethod(function):
        return types.MethodType(wrapper(function.__func__), function.__self__)
    return wrapper(function)


def _fixture(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def fixture(*args: Any, **kwargs: Any) -> Any:
        import aiohub

        return aiohub.wait(function(*args, **kwargs))

    return fixture


def _generator_fixture(function: Callable[..., Any]) -> Callable[..., Any]:
    """Both halves of the fixture run in one task, as `async with asyncio.timeout()` and task groups in it need."""

    @functools.wraps(function)
    def fixture(*args: Any, **kwargs: Any) -> Generator[Any, None, None]:
        import aiohub

        loop = aiohub.get_loop()
        made: asyncio.Future[tuple[Any, contextvars.Context]] = loop.create_future()
        over = loop.create_future()

        async def run() -> None:
            generator = function(*args, **kwargs)
            try:
                value = await anext(generator)
            except BaseException as exc:
                made.set_exception(_as_exception(exc))
                return
            made.set_result((value, contextvars.copy_context()))
            await over
            async for _ in generator:
                pytest.fail(f"the fixture {function.__name__} has yielded more than once", pytrace=False)

        task = loop.create_task(run())
        value, context = aiohub.wait(made)
        for variable, setting in context.items():
            if variable.get(None) is not setting:
                variable.set(setting)
        yield value
        over.set_result(None)
        aiohub.wait(task)

    return fixture


def _as_exception(exc: BaseException) -> BaseException:
    """A future takes no StopIteration, and a generator that never yields is an error of the fixture's."""
    if isinstance(exc, StopAsyncIteration):
        return ValueError("an async fixture has to yield once, and did not")
    return exc


def _alive() -> list[Any]:
    from aiohub._hub.threads import current_hub
    from aiohub.debug._deadlock import waiting

    hub = current_hub()
    return [] if hub is None else [*waiting(cast("Any", hub))[1:]]


def _left_behind(before: set[Any]) -> list[str]:
    import eventlet

    from aiohub.debug._describe import describe

    for _ in range(_TURNS):
        eventlet.sleep(0)
        left = [thing for thing in _alive() if thing not in before]
        if not left:
            return []
    return [describe(thing) for thing in left]
