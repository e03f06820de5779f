"""The ratchet at run time: a process fails when eventlet is imported where the policy no longer allows it."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from aiohub.ratchet import Policy, PolicyError

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 150


@pytest.fixture
def project(tmp_path):
    """`project(files, policy)`: a project with a policy, and for eventlet a module that only says it is there."""

    def make(files, **policy):
        for name, code in {"eventlet/__init__.py": "print('eventlet is in')", "eventlet/queue.py": "", **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(code))
        (tmp_path / "aiohub-runtime.json").write_text(json.dumps({"version": 1, **policy}))
        return tmp_path

    return make


def run(project, *args, env=None):
    path = os.pathsep.join([str(project), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, *args],
        cwd=project,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )


@pytest.mark.parametrize(
    "statement",
    [
        "import eventlet",
        "import eventlet.queue as q",
        "from eventlet import queue",
        "__import__('eventlet')",
        "import importlib; importlib.import_module('eventlet.queue')",
        "import sys; sys.modules.pop('eventlet', None); import pkgutil; pkgutil.resolve_name('eventlet:__name__')",
    ],
)
def test_module_that_may_not_fails_however_it_imports(project, statement):
    where = project(
        {
            "app/__init__.py": "",
            "app/old.py": "import eventlet",
            "app/new.py": statement,
            "main.py": "import app.old, app.new",
        },
        packages=["app"],
        allowed=["app.old"],
    )
    result = run(where, "-m", "aiohub.ratchet", "main.py")
    assert result.returncode == 1
    assert result.stdout == "eventlet is in\n"  # app.old may
    assert result.stderr.startswith(
        "aiohub: error: app.new imports eventlet, and it is not among the modules that still may"
    )
    assert "asyncio" in result.stderr and "aiohub check --runtime --update" in result.stderr


def test_who_is_allowed_and_who_is_not_ours_goes_on(project):
    where = project(
        {
            "app/__init__.py": "",
            "app/old.py": "import eventlet\nfrom eventlet import queue",
            "other.py": "import eventlet",
            "main.py": "import app.old, other; print('done')",
        },
        packages=["app"],
        allowed=["app.old"],
    )
    result = run(where, "-m", "aiohub.ratchet", "main.py")
    assert (result.returncode, result.stdout, result.stderr) == (0, "eventlet is in\ndone\n", "")


def test_own_modules_called_eventlet_are_not_eventlet(project):
    where = project(
        {
            "app/__init__.py": "",
            "app/eventlet.py": "",
            "app/new.py": "from . import eventlet",
            "main.py": "import app.new",
        },
        packages=["app"],
    )
    assert run(where, "-m", "aiohub.ratchet", "main.py").returncode == 0


def test_forbidden_package_is_closed_but_for_exceptions(project):
    where = project(
        {
            "app/__init__.py": "",
            "app/api/__init__.py": "",
            "app/api/x.py": "import eventlet",
            "main.py": "import app.api.x",
        },
        forbidden=["app.api"],
    )
    result = run(where, "-m", "aiohub.ratchet", "main.py")
    assert result.returncode == 1
    assert "app.api may not any more" in result.stderr


@pytest.mark.parametrize("guard", ["ImportError", "Exception"])
def test_guard_is_no_way_around(project, guard):
    code = f"try:\n    import eventlet\nexcept {guard}:\n    eventlet = None"
    where = project({"app/__init__.py": "", "app/new.py": code, "main.py": "import app.new"}, packages=["app"])
    result = run(where, "-m", "aiohub.ratchet", "main.py")
    assert result.returncode == 1
    assert "app.new imports eventlet" in result.stderr


def test_in_a_listed_program_nobody_may(project):
    files = {"other.py": "import eventlet", "scheduler.py": "import other", "api.py": "import other"}
    where = project(files, processes=["sched*"])
    result = run(where, "-m", "aiohub.ratchet", "scheduler.py")
    assert result.returncode == 1
    assert "other imports eventlet, and nobody may in sched*" in result.stderr
    assert run(where, "-m", "aiohub.ratchet", "-m", "scheduler").returncode == 1
    assert run(where, "-m", "aiohub.ratchet", "api.py").returncode == 0


def test_script_is_known_by_its_place(project):
    where = project({"tools/run.py": "import eventlet"}, packages=["tools"])
    result = run(where, "-m", "aiohub.ratchet", "tools/run.py")
    assert result.returncode == 1
    assert "tools.run imports eventlet" in result.stderr


def test_program_may_install_it_from_the_environment(project):
    code = "from aiohub import ratchet\nprint(ratchet.install_from_environment())\nimport eventlet\n"
    where = project({"app.py": code}, packages=["app"])
    assert run(where, "app.py").stdout == "False\neventlet is in\n"
    result = run(where, "app.py", env={"AIOHUB_RATCHET": "aiohub-runtime.json"})
    assert result.returncode == 1
    assert "EventletImportError: app imports eventlet" in result.stderr


def test_too_late_is_said(project):
    where = project(
        {"app.py": "import eventlet\nfrom aiohub import ratchet\nratchet.install('aiohub-runtime.json')"},
        processes=["app"],
    )
    result = run(where, "app.py")
    assert "it has done so before the ratchet was installed" in result.stderr


def test_test_run_fails(project):
    test = "def test_it():\n    try:\n        import eventlet\n    except Exception:\n        pass\n"
    where = project({"tests/__init__.py": "", "tests/test_it.py": test, "pytest.ini": "[pytest]\n"}, packages=["tests"])
    plugin = ("-p", "no:cacheprovider", "-p", "aiohub.ratchet.pytest_plugin")
    args = ("-m", "pytest", "-q", *plugin, "--rootdir", str(where), "tests")
    result = run(where, *args)
    assert result.returncode == 1
    assert "tests.test_it imports eventlet" in result.stdout
    (where / "aiohub-runtime.json").unlink()
    result = run(where, *args)
    assert result.returncode == 4
    assert "aiohub check --runtime --update" in result.stderr


def test_uninstalled_it_is_gone(project):
    code = """
    import builtins, importlib, sys
    before = builtins.__import__, importlib.import_module, list(sys.meta_path)
    from aiohub import ratchet
    ratchet.install("aiohub-runtime.json")
    ratchet.uninstall()
    print(before == (builtins.__import__, importlib.import_module, list(sys.meta_path)))
    """
    assert run(project({"app.py": code}), "app.py").stdout == "True\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        ("{", "not JSON"),
        ("[]", "not a policy of version 1"),
        ('{"version": 2}', "not a policy of version 1"),
        ('{"version": 1, "packages": "app"}', "'packages' has to be a list of strings"),
        ('{"version": 1, "pakages": []}', "unknown key 'pakages'"),
    ],
)
def test_policy_that_cannot_be_used(tmp_path, content, message):
    path = tmp_path / "policy.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(PolicyError, match=message) as caught:
        Policy.load(path)
    assert "aiohub check --runtime --update" in str(caught.value)


def test_wrong_usage(project):
    where = project({})
    usages = [((), "no program given"), (("no.py",), "no.py: no such file"), (("-m", "nosuch"), "no such module")]
    for args, message in usages:
        result = run(where, "-m", "aiohub.ratchet", *args)
        assert result.returncode == 2
        assert message in result.stderr


def test_policy_that_the_tool_writes_is_one_that_is_read(tmp_path):
    # The tool's own test holds it to writing exactly this.
    script = (ROOT / "cmd/aiohub/testdata/runtime.txtar").read_text()
    path = tmp_path / "aiohub-runtime.json"
    path.write_text(script.partition("-- want.json --\n")[2])
    policy = Policy.load(path)
    assert policy.judge("app.old") is None
    assert policy.judge("app.other") == "it is not among the modules that still may"
    assert policy.judge("app.api.x") == "app.api may not any more"
    assert policy.judge("elsewhere") is None
    assert policy.process(("app-scheduler",)) == "app-scheduler"
