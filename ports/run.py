"""`make e2e`: programs of others are ported, and their own tests run after each step.

The bar is what passes before anything is changed, on eventlet as it comes. Exit code 1 when a test passes there and not
after a step, or when a second run of the tool would change something; 2 when the tests could not run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from last import Hands, finish
from plain import plain_python
from programs import PROGRAMS, Program, Step
from trees import ROOT, copy_of

AIOHUB = ROOT / "bin" / "aiohub"
LIMIT_S = 900
RETRIES = 3


@dataclass(frozen=True)
class Run:
    """What became of the tests of one tree."""

    passed: frozenset[str]
    failed: frozenset[str]
    seconds: float


def run_tests(program: Program, tree: Path, step: Step, only: str = "") -> Run:
    """Run the program's tests in *tree*: all, or those with *only* in their names."""
    with tempfile.TemporaryDirectory() as directory:
        results = Path(directory) / "results.xml"
        python = str(plain_python()) if step.last else sys.executable
        command = [python, "-m", "pytest", "-q", f"--junitxml={results}", "--rootdir", ".", "-c", "setup.cfg"]
        command += [*program.pytest, *(("-k", only) if only else ())]
        before = time.monotonic()
        path = str(tree) if step.last else os.pathsep.join([str(tree), str(ROOT / "python")])
        done = subprocess.run(
            command,
            cwd=tree,
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **step.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_S,
        )
        seconds = time.monotonic() - before
        if not results.exists():
            sys.stdout.write(done.stdout)
            raise SystemExit(2)
        passed, failed = set(), set()
        for case in ElementTree.parse(results).iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')}"
            kinds = {child.tag for child in case}
            (failed if kinds & {"failure", "error"} else passed if "skipped" not in kinds else set()).add(name)
    return Run(frozenset(passed), frozenset(failed), seconds)


def port(program: Program, tree: Path, step: Step) -> bool:
    """Port *tree*, and see that a second run has nothing to do."""
    names = [str(AIOHUB), "port", "--quiet", "--allow-dirty", "--stage", "1", *step.options, "."]
    subprocess.run([*names, "--write"], cwd=tree, check=True)
    again = subprocess.run([*names, "--diff"], cwd=tree, stdout=subprocess.PIPE, text=True)
    if again.returncode != 0:
        say(f"  a second run would change something:\n{again.stdout}")
        return False
    if step.last and program.by_hand:
        hands = Hands(program.by_hand)
        hands.apply(tree)
        say("  by hand: {} lines come, {} go, for {} reasons".format(*hands.size, len(hands.reasons)))
        for reason in hands.reasons:
            say(f"    {reason}")
    if step.components:
        port_components(program, tree)
    if step.last:
        for rule, reason in program.accepts.items():
            say(f"  accepted: {rule}: {reason}")
        if trouble := finish(AIOHUB, tree, program.accepts):
            say(f"  stage 3: {trouble}")
            return False
    return True


def port_components(program: Program, tree: Path) -> None:
    """Make every component async that the tool can do by itself, with what the maintainer has answered."""
    answers = []
    if program.stays_sync:
        configuration = tree.parent / "answers.toml"
        names = ", ".join(f'"{name}"' for name in sorted(program.stays_sync))
        configuration.write_text(f"[tool.aiohub.plan]\nstays-sync = [{names}]\n")
        answers = ["--config", str(configuration)]
        say(f"  {len(program.stays_sync)} functions stay def: {', '.join(sorted(set(program.stays_sync.values())))}")
    number, done = 1, 0
    while True:
        command = [
            str(AIOHUB),
            "port",
            "--allow-dirty",
            "--write",
            "--stage",
            "2",
            "--step",
            str(number),
            *answers,
            ".",
        ]
        run = subprocess.run(command, cwd=tree, stderr=subprocess.PIPE, text=True)
        if run.returncode == 0 and "changed" in run.stderr:
            done += 1  # and the plan may be one step shorter
        elif run.returncode < 2 and "step " in run.stderr:
            number += 1
        else:
            break  # past the last step
    say(f"  {done} steps of the plan done, {number - 1} left to people")


def is_noise(program: Program, tree: Path, step: Step, test: str) -> bool:
    """Whether *test* passes when it is tried again: some of them time things, and miss their time on a busy machine."""
    only = test.rpartition(".")[2]
    return any(test in run_tests(program, tree, step, only).passed for _ in range(RETRIES))


def say(text: str) -> None:
    print(text, flush=True)


def play(program: Program) -> bool:
    """Take *program* through its steps; False if one misses the bar."""
    bar = run_tests(program, copy_of(program.name, program.directory, "before"), Step("before"))
    say(f"{program.name}, before: {len(bar.passed)} pass, {len(bar.failed)} fail, {bar.seconds:.0f} s")
    if len(bar.passed) < program.at_least:
        say(f"  {program.at_least} should pass: nothing to compare with")
        raise SystemExit(2)
    is_good = True
    for step in program.steps:
        tree = copy_of(program.name, program.directory, step.name)
        if not port(program, tree, step):
            is_good = False
            continue
        run = run_tests(program, tree, step)
        say(f"{program.name}, {step.name}: {len(run.passed)} pass, {len(run.failed)} fail, {run.seconds:.0f} s")
        for test in sorted(bar.passed - run.passed):
            if is_noise(program, tree, step, test):
                say(f"  {test} passes when tried again")
            else:
                say(f"  {test} passed before")
                is_good = False
    return is_good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="only these: " + ", ".join(PROGRAMS))
    chosen = parser.parse_args().programs or list(PROGRAMS)
    unknown = sorted(set(chosen) - set(PROGRAMS))
    if unknown:
        parser.error(f"no program {unknown[0]}; there are {', '.join(PROGRAMS)}")
    missed = [name for name in chosen if not play(PROGRAMS[name])]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
