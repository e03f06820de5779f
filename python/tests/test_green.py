"""aiohub.green: eventlet under another name."""

import importlib
import pkgutil
import sys
import types
from unittest import mock

import eventlet
import pytest

import aiohub
from aiohub import green

PUBLIC = sorted(name for name in vars(eventlet) if not name.startswith("_"))


def submodules(package):
    """The dotted names of all modules below *package*, relative to it."""
    prefix = package.__name__ + "."
    return sorted(found.name[len(prefix) :] for found in pkgutil.walk_packages(package.__path__, prefix))


MODULES = submodules(eventlet)


def test_there_is_something_to_compare():
    assert {"sleep", "spawn", "GreenPool", "Timeout", "Queue", "monkey_patch"} <= set(PUBLIC)
    assert {"wsgi", "queue", "hubs", "green.socket", "hubs.epolls", "support.greendns"} <= set(MODULES)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_eventlets(name):
    assert getattr(green, name) is getattr(eventlet, name)
    assert name in dir(green)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # some of eventlet's modules replace what Python retires
@pytest.mark.parametrize("name", MODULES)
def test_every_submodule_is_eventlets(name):
    try:
        real = importlib.import_module("eventlet." + name)
    except Exception as exc:  # it needs what is not installed, or does not load on this Python
        with pytest.raises(type(exc)) as raised:
            importlib.import_module("aiohub.green." + name)
        assert str(raised.value) == str(exc)
        return
    spec = real.__spec__
    assert importlib.import_module("aiohub.green." + name) is real
    assert sys.modules["aiohub.green." + name] is real
    assert real.__name__ == "eventlet." + name
    assert real.__spec__ is spec
    found = green
    for part in name.split("."):
        found = getattr(found, part)
    assert found is real


def test_every_form_of_import():
    import aiohub.green.wsgi
    from aiohub.green.green import socket
    from aiohub.green.green.urllib import request
    from aiohub.green.queue import Queue

    from aiohub.green import sleep, spawn, wsgi

    assert sleep is eventlet.sleep
    assert spawn is eventlet.spawn
    assert aiohub.green.wsgi is wsgi is sys.modules["eventlet.wsgi"]
    assert socket is sys.modules["eventlet.green.socket"]
    assert request is sys.modules["eventlet.green.urllib.request"]
    assert Queue is eventlet.queue.Queue is eventlet.Queue


def test_star_import_gives_what_eventlets_gives():
    ours, theirs = {}, {}
    exec("from aiohub.green import *", ours)
    exec("from eventlet import *", theirs)
    del ours["__builtins__"], theirs["__builtins__"]
    # Importing a submodule of eventlet makes one name more.
    names = {name: value for name, value in theirs.items() if not isinstance(value, types.ModuleType)}
    assert names.items() <= ours.items()


def test_modules_in_a_fresh_interpreter(run_script):
    """Before anything else has imported eventlet's modules; ours first, eventlet's second."""
    result = run_script(
        """
        from aiohub import green
        import sys
        assert "eventlet.wsgi" not in sys.modules
        from aiohub.green import wsgi
        import aiohub.green.green.socket
        import eventlet.wsgi, eventlet.green.socket
        assert wsgi is eventlet.wsgi
        assert aiohub.green.green.socket is eventlet.green.socket
        assert eventlet.wsgi.__spec__.name == "eventlet.wsgi"
        importlib = __import__("importlib")
        assert importlib.reload(wsgi) is eventlet.wsgi
        print(green.websocket.__name__)
        """
    )
    assert (result.returncode, result.stdout) == (0, "eventlet.websocket\n"), result.stderr


def test_unknown_names():
    with pytest.raises(AttributeError, match=r"'aiohub\.green' has no attribute 'nothing'"):
        green.nothing
    with pytest.raises(AttributeError):
        green.__nothing__
    with pytest.raises(ImportError, match="nothing"):
        exec("from aiohub.green import nothing")
    with pytest.raises(ModuleNotFoundError, match=r"aiohub\.green\.nothing"):
        importlib.import_module("aiohub.green.nothing")
    with pytest.raises(ModuleNotFoundError, match=r"aiohub\.green\.green\.nothing"):
        importlib.import_module("aiohub.green.green.nothing")


def test_finder_leaves_other_imports_alone():
    finder = next(each for each in sys.meta_path if type(each).__module__ == "aiohub.green")
    for name in ("aiohub", "aiohub.green", "aiohub.greens.x", "aiohub.aio", "eventlet.queue", "json"):
        assert finder.find_spec(name, None) is None


def test_one_finder_however_often_it_is_loaded():
    importlib.reload(green)
    assert sum(type(each).__module__ == "aiohub.green" for each in sys.meta_path) == 1


def test_dir_lists_submodules():
    assert {"wsgi", "websocket", "sleep", "spawn"} <= set(dir(green))


def test_a_replaced_name_is_seen(monkeypatch):
    """Names are looked up in eventlet each time: who patches eventlet patches this."""
    monkeypatch.setattr(eventlet, "sleep", "replaced")
    assert green.sleep == "replaced"


def test_it_runs():
    pool = green.GreenPool(2)
    with green.Timeout(60):
        assert list(pool.imap(lambda number: green.sleep(0) or number * 2, range(5))) == [0, 2, 4, 6, 8]
    assert green.spawn(lambda: 7).wait() == 7
    assert aiohub.green is green


def test_a_name_replaced_here_is_replaced_there():
    with mock.patch("aiohub.green.sleep") as sleep:
        assert green.sleep is eventlet.sleep is sleep
        with mock.patch.object(green, "spawn", "replaced"):
            assert eventlet.spawn == "replaced"
    assert green.sleep is eventlet.sleep is eventlet.greenthread.sleep
    assert green.spawn is eventlet.spawn is eventlet.greenthread.spawn
    assert "sleep" not in vars(green)


@pytest.mark.parametrize("times", [1, 2])
def test_pytest_puts_back_what_it_has_replaced(times):
    real = eventlet.sleep
    monkeypatch = pytest.MonkeyPatch()
    for number in range(times):
        monkeypatch.setattr(green, "sleep", number)
    monkeypatch.undo()
    assert green.sleep is eventlet.sleep is real


def test_patches_of_one_name_are_nested():
    real = eventlet.sleep
    with mock.patch.object(green, "sleep", "outer"):
        with mock.patch.object(green, "sleep", "inner"):
            assert eventlet.sleep == "inner"
        assert eventlet.sleep == "outer"
    assert eventlet.sleep is real


def test_a_name_set_back_by_hand_is_not_remembered():
    real = green.sleep
    green.sleep = "replaced"
    green.sleep = real
    with mock.patch.object(green, "sleep", "again"):
        pass
    assert eventlet.sleep is real


def test_a_replaced_submodule_comes_back():
    real = green.wsgi
    assert eventlet.wsgi is real
    with mock.patch.object(green, "wsgi", "replaced"):
        assert green.wsgi == eventlet.wsgi == "replaced"
    assert green.wsgi is eventlet.wsgi is real


def test_a_new_name_can_go_again(monkeypatch):
    with mock.patch("aiohub.green.brand_new", 1, create=True):
        assert eventlet.brand_new == 1
    assert not hasattr(eventlet, "brand_new")
    assert not hasattr(green, "brand_new")
    monkeypatch.setattr(green, "sleep", "replaced")
    assert eventlet.sleep == "replaced"
