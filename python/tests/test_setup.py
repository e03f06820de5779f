"""What is built where: setup.py."""

from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parents[2] / "setup.py"


@pytest.mark.parametrize("platform", ["darwin", "freebsd14"])
def test_off_linux_the_package_is_pure_python(run_script, platform):
    result = run_script(
        f"""
        import runpy, sys
        import setuptools.command.build_ext
        from distutils.command import build_scripts
        setuptools.setup = lambda **keywords: print(keywords["ext_modules"], keywords["scripts"])
        sys.platform = {platform!r}
        runpy.run_path({str(SETUP)!r})
        """
    )
    assert result.stdout == "[] []\n", result.stderr
    assert f"the engine is not supported on {platform}" in result.stderr
