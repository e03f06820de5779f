"""What the documentation says is read once: sentences are short, lines fit, and a thing is said in one place."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("docs/*.md"), ROOT / "README.md"])
LONGEST_SENTENCE = 29  # words
LONGEST_LINE = 120  # characters


def prose(text):
    """The paragraphs and list items of a page, without code, tables, headings and comments."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"^( *)(```+|~~~+).*?^\1\2$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^ *(\||#|<).*$", "", text, flags=re.MULTILINE)
    items = re.sub(r"^( *)([*+-]|\d+\.) ", r"\n\n", text, flags=re.MULTILINE)
    return [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", items) if paragraph.strip()]


def sentences(paragraph):
    """Its sentences. Code and the target of a link are no words; what a name or a number has a dot in goes on."""
    words = re.sub(r"`[^`]*`", "`code`", paragraph)
    words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", words)
    return re.split(r"(?<=[.!?])[\"*_)]*\s+(?=[\"*_(\[`]*[A-Z0-9`a-z])", words)


def length(sentence):
    return sum(1 for word in sentence.split() if re.search(r"\w", word))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_sentences_are_short(page):
    found = [sentence for part in prose(page.read_text()) for sentence in sentences(part)]
    assert [sentence for sentence in found if length(sentence) > LONGEST_SENTENCE] == []


LINES = [
    *PAGES,
    *sorted(ROOT.glob("docs/*/*.md")),
    *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")),
]


@pytest.mark.parametrize("page", LINES, ids=lambda page: str(page.relative_to(ROOT)))
def test_lines_fit(page):
    # Code, what a program has printed, and tables cannot be broken; nor can a heading.
    text = re.sub(r"^( *)(```+).*?^\1\2$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    lines = [line for line in text.splitlines() if not re.match(r" *(\||#|\[[^\]]*\]:)", line)]
    assert [line for line in lines if len(line) > LONGEST_LINE and " " in line.strip()] == []


@pytest.mark.parametrize("page", LINES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_merge_is_unfinished(page):
    assert re.findall(r"^(?:<{7}|>{7}) .*$", page.read_text(), re.MULTILINE) == []


def test_a_long_sentence_is_seen():
    page = "# A heading\n\n| a | table |\n\n* One `a b c` [two](x.md). Three\n  four, v1.2 five.\n\n```py\nx y z\n```\n"
    assert [[length(sentence) for sentence in sentences(part)] for part in prose(page)] == [[3, 4]]
