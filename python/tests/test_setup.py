"""What is built where: setup.py."""

import shutil
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

SETUP = Path(__file__).resolve().parents[2] / "setup.py"


def run_setup(run_script, situation, package):
    """What setup.py would build, and what it leaves in *package* about it."""
    return run_script(
        f"""
        import os, pathlib, runpy, sys
        import setuptools.command.build_ext
        from distutils.command import build_scripts
        setuptools.setup = lambda **keywords: print(keywords["ext_modules"], keywords["scripts"])
        os.environ.pop("AIOHUB_ENGINE", None)
        {situation}
        names = runpy.run_path({str(SETUP)!r})
        names["note"](pathlib.Path({str(package)!r}), names["reason"])
        """
    )


@pytest.mark.parametrize("platform", ["darwin", "freebsd14"])
def test_off_linux_the_package_is_pure_python(run_script, tmp_path, platform):
    result = run_setup(run_script, f"sys.platform = {platform!r}", tmp_path)
    assert result.stdout == "[] []\n", result.stderr
    assert f"built without Go: the engine is not supported on {platform}" in result.stderr
    assert f"the engine is not supported on {platform}" in (tmp_path / "_without_engine.txt").read_text()


def test_without_go_the_package_is_pure_python(run_script, tmp_path):
    result = run_setup(run_script, "os.environ['PATH'] = ''", tmp_path)
    assert result.stdout == "[] []\n", result.stderr
    assert "aiohub: warning: built without Go: it was not installed" in result.stderr
    assert "it was not installed" in (tmp_path / "_without_engine.txt").read_text()


@pytest.mark.skipif(shutil.which("go") is None or not sys.platform.startswith("linux"), reason="needs Go")
def test_with_go_nothing_is_left_of_an_earlier_build(run_script, tmp_path):
    (tmp_path / "_without_engine.txt").write_text("built without Go\n")
    result = run_setup(run_script, "os.environ.pop('AIOHUB_ENGINE', None)", tmp_path)
    assert "aiohub._shim" in result.stdout and "'aiohub'" in result.stdout, result.stderr
    assert not (tmp_path / "_without_engine.txt").exists()
