"""What eventlet's own tests need on top, on any hub. Given with -p after peers_plugin.

PEERS_READERS    set if the hub is a subclass of eventlet's asyncio hub that allows several readers of a descriptor
"""

from __future__ import annotations

import os

import pytest

# These ask for the hub's class, and if that is eventlet's asyncio hub do not test several readers of one descriptor.
ASKS_BY_SKIPIF = "hub_test.py::TestMultipleListenersCleanup::"
ASKS_BY_ISINSTANCE = "greenio_test.py::TestGreenIoLong::test_multiple_readers"

READERS = "PEERS_READERS" in os.environ


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if READERS and ASKS_BY_SKIPIF in item.nodeid:
            for node in item.listchain():
                node.own_markers[:] = [mark for mark in node.own_markers if mark.name != "skipif"]


def pytest_collection_finish() -> None:
    # eventlet runs its files in one process, where the hub is there already. Some tests time what would make it.
    from eventlet import hubs

    hubs.get_hub()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item):
    if not (READERS and ASKS_BY_ISINSTANCE in item.nodeid):
        return (yield)
    # The test imports the class when it runs: for this one test, the name stands for a class that no hub is of.
    import eventlet.hubs.asyncio as module

    real, module.Hub = module.Hub, type("Hub", (), {})
    try:
        return (yield)
    finally:
        module.Hub = real
