"""The hooks for pre-commit are ones that it takes."""

from pathlib import Path

import yaml

HOOKS = Path(__file__).resolve().parents[2] / ".pre-commit-hooks.yaml"


def test_hooks_look_at_the_whole_tree_once():
    hooks = yaml.safe_load(HOOKS.read_text())
    assert [hook["id"] for hook in hooks] == ["aiohub-check", "aiohub-check-runtime"]
    for hook in hooks:
        assert {"id", "name", "entry", "language"} <= set(hook)
        assert hook["entry"].startswith("aiohub check")
        assert hook["pass_filenames"] is False
        assert hook["require_serial"] is True
