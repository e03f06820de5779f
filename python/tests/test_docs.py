"""The documentation is true: its programs run, print what it says, and its links lead somewhere.

Every ```python block is a whole program. A block after `<!-- not run: reason -->` is not run. A ```output block that
follows one is what the program prints.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("README.md")])
BLOCK = re.compile(
    r"(?P<skip><!-- not run: (?P<reason>.*?) -->\n+)?"
    r"^```python\n(?P<code>.*?)^```\n"
    r"(?:\n*```output\n(?P<output>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)

# install() without a loop means the session's here. Only for programs that call it: it imports eventlet, and some show
# that they do without.
PRELUDE = """\
import os
from aiohub import _factories
from aiohub._loop import adopted
_resolve = _factories.resolve
_factories.resolve = lambda spec: _resolve(os.environ["AIOHUB_TEST_LOOP"] if spec is None else spec)
adopted.configure(_factories.resolve(None), True)
"""


def chooses_loop(block):
    return re.search(r"\baiohub\.(install|run)\(", block["code"])


def blocks():
    for page in PAGES:
        text = page.read_text()
        for match in BLOCK.finditer(text):
            line = text.count("\n", 0, match.start("code"))
            marks = [] if chooses_loop(match) else [pytest.mark.once]
            yield pytest.param(match, id=f"{page.relative_to(ROOT)}:{line}", marks=marks)


@pytest.mark.parametrize("block", [block for block in blocks() if not block.values[0]["skip"]])
def test_program(run_script, block):
    result = run_script((PRELUDE if chooses_loop(block) else "") + block["code"], timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr
    if block["output"] is not None:
        assert result.stdout == block["output"], result.stderr


@pytest.mark.once
def test_programs_that_are_not_run_compile_and_say_why():
    for page in PAGES:
        for block in BLOCK.finditer(page.read_text()):
            if block["skip"]:
                compile(block["code"], str(page), "exec")
                assert len(block["reason"].split()) >= 3, block["reason"]


@pytest.mark.once
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_is_found(page):
    # One that the pattern misses would be neither run nor skipped.
    text = page.read_text()
    assert len(re.findall(r"^ *```python", text, re.MULTILINE)) == len(BLOCK.findall(text))


def anchors(page):
    """What a link to a heading of *page* may say after its #."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.once
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(found), target


@pytest.mark.once
def test_every_public_name_is_in_the_reference():
    import aiohub
    from aiohub import debug

    reference = (ROOT / "docs" / "reference.md").read_text()
    names = [name for name in aiohub.__all__ if name not in ("aio", "debug", "green")]
    names += [f"aio.{name}" for name in aiohub.aio.__all__] + [f"debug.{name}" for name in debug.__all__]
    missing = [name for name in names if f"`{name}" not in reference and f"aiohub.{name}" not in reference]
    assert not missing


@pytest.mark.once
def test_every_promise_has_its_tests():
    sections = re.split(r"^\*\*(\d+)\.", (ROOT / "docs" / "promises.md").read_text(), flags=re.MULTILINE)
    promises = dict(zip(map(int, sections[1::2]), sections[2::2], strict=True))
    assert sorted(promises) == list(range(1, 34))
    for number, text in promises.items():
        links = re.findall(r"\]\(\.\./(python/tests/\w+\.py)\)", text)
        assert any(f"def test_promise_{number:02}_" in (ROOT / link).read_text() for link in links), number


# What tells where things are: paths in backticks, whole or below one of the folders that the text is about.
MAPS = [ROOT / "CONTRIBUTING.md", ROOT / "docs/architecture.md", *sorted((ROOT / "docs/design").glob("*.md"))]
BASES = [
    ROOT,
    *(
        ROOT / name
        for name in ("python", "python/aiohub", "python/aiohub/_shim", "docs", "docs/design", "internal", "engine")
    ),
    *(folder for folder in (ROOT / "internal").iterdir() if folder.is_dir()),
]
# Of the trees that are scanned, of eventlet, of the built site, and the example of a rule.
FOREIGN = {"../versions.html", "examples/eventlet", "wsgi.py", "internal/rules/rule/ah123"}


def named_paths(text):
    for code in re.findall(r"`([^`\s]+)`", text):
        path = code.rstrip("/")
        module = re.match(r"(?:aiohub\.)?(_[a-z]+\.[a-z_]+)(?:\.|$)", path)
        if (
            module
            and (ROOT / "python/aiohub" / module[1].split(".")[0]).is_dir()
            and not path.endswith((".py", ".pyi"))
        ):
            yield module[1].replace(".", "/") + ".py"
        elif re.fullmatch(r"[\w.*-]+(/[\w.*-]+)+", path) and any((b / path.split("/")[0]).exists() for b in BASES):
            yield path


@pytest.mark.once
@pytest.mark.parametrize("page", MAPS, ids=lambda page: str(page.relative_to(ROOT)))
def test_paths_that_are_named_exist(page):
    gone = {path for path in named_paths(page.read_text()) if not any(True for base in BASES for _ in base.glob(path))}
    assert gone <= FOREIGN


@pytest.mark.once
def test_a_path_that_is_gone_is_seen():
    text = "`_hub/nothing.py` and `_hub.nothing.Thing`, `internal/nothing`, `engine/engine.go`, `nothing/at/all`"
    assert list(named_paths(text)) == ["_hub/nothing.py", "_hub/nothing.py", "internal/nothing", "engine/engine.go"]
