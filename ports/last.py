"""Stage 3, with what people have to do before it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Hands:
    """What was done by hand: a patch beside this file, with a line for each reason."""

    name: str

    @property
    def text(self) -> str:
        return (HERE / self.name).read_text()

    @property
    def reasons(self) -> list[str]:
        return [line.removeprefix("reason: ") for line in self.text.splitlines() if line.startswith("reason: ")]

    @property
    def size(self) -> tuple[int, int]:
        """Lines that come and lines that go."""
        lines = self.text.splitlines()
        came = sum(line.startswith("+") and not line.startswith("+++") for line in lines)
        went = sum(line.startswith("-") and not line.startswith("---") for line in lines)
        return came, went

    def apply(self, tree: Path) -> None:
        # A tree below this repository is none of its own: git would leave out what lies outside the working directory.
        env = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tree.parent)}
        subprocess.run(["git", "apply", "--unidiff-zero", str(HERE / self.name)], cwd=tree, env=env, check=True)


def finish(aiohub: Path, tree: Path, accepts: dict[str, str]) -> str:
    """Stage 3 of *tree*; what went wrong, or ""."""
    command = [str(aiohub), "port", "--allow-dirty", "--stage", "3", "--unsafe"]
    command += [word for rule in accepts for word in ("--accept", rule)]
    run = subprocess.run([*command, "--write", "."], cwd=tree, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        return run.stderr
    again = subprocess.run([*command, "."], cwd=tree, stdout=subprocess.PIPE, text=True)
    return f"a second run would change something:\n{again.stdout}" if again.returncode else ""
