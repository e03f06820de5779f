"""What the porting tool says about the rest of the project is true."""

import re
from pathlib import Path

import pytest
import yaml

import aiohub.aio

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"


def test_hooks_look_at_the_whole_tree_once():
    hooks = yaml.safe_load(HOOKS.read_text())
    assert [hook["id"] for hook in hooks] == ["aiohub-check", "aiohub-check-runtime"]
    for hook in hooks:
        assert {"id", "name", "entry", "language"} <= set(hook)
        assert hook["entry"].startswith("aiohub check")
        assert hook["pass_filenames"] is False
        assert hook["require_serial"] is True


def test_rules_recommend_helpers_that_exist():
    pages = "".join(page.read_text() for page in (ROOT / "docs/tool").glob("ah*.md"))
    recommended = set(re.findall(r"\baio\.(\w+)", pages))
    assert "Pool" in recommended
    assert recommended - set(aiohub.aio.__all__) == set()
