"""aiohub-aio: the distribution that has aiohub.aio and nothing of eventlet."""

import subprocess
import sys
import venv
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

BUILDER = Path(__file__).resolve().parents[2] / "packaging" / "aio_wheel.py"

PROGRAM = """
import asyncio
import importlib.metadata
import importlib.util

from aiohub import aio


async def square(number):
    await aio.sleep()
    return number * number


async def main():
    assert all(getattr(aio, name) for name in aio.__all__)
    pool = aio.Pool(2)
    squares = [result async for result in pool.imap(square, range(4))]
    done = aio.OneShot()
    aio.link(aio.spawn(square(3)), lambda task: done.send(task.result()))
    try:
        async with aio.Timeout(0.001):
            await asyncio.sleep(300)
    except aio.Timeout as timeout:
        return squares, await done.wait(), timeout.expired()


print(asyncio.run(main()))
print([name for name in ("eventlet", "greenlet", "aiohub.hub") if importlib.util.find_spec(name)])
print(importlib.metadata.requires("aiohub-aio"))
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An interpreter with aiohub-aio, and with nothing else."""
    spec = spec_from_file_location("aio_wheel", BUILDER)
    builder = module_from_spec(spec)
    spec.loader.exec_module(builder)
    place = tmp_path_factory.mktemp("alone")
    wheel = builder.build(place)
    venv.create(place / "venv", with_pip=False)
    python = place / "venv" / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", str(wheel)]
    subprocess.run([*install, "--disable-pip-version-check"], check=True)
    return python


def test_a_ported_program_runs(python, tmp_path):
    done = subprocess.run([python, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("([0, 1, 4, 9], 9, True)\n[]\nNone\n", "")


def test_what_needs_eventlet_says_so(python, tmp_path):
    done = subprocess.run(
        [python, "-c", "import aiohub; aiohub.install()"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "aiohub.install needs the distribution aiohub" in done.stderr
