"""What `make docs` promises of the site: what is wrong fails, and it can be read without a server."""

from __future__ import annotations

import json
import re
from pathlib import Path

import build
import conf
import contents
import links
import pictures
import pytest
import repository
from pygments.styles import get_style_by_name
from pygments.token import Whitespace

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build" / "site"


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Builds a site of one page, and says whether that went well."""
    monkeypatch.setattr(contents, "SECTIONS", {})

    def make(text):
        docs = tmp_path / "docs"
        docs.mkdir(exist_ok=True)
        (docs / "index.md").write_text(f"# One page\n\n{text}\n")
        return build.build(docs, tmp_path / "site" / "1", tmp_path / "doctrees")

    return make


def test_a_page_without_faults(make):
    assert make("A [link](index.md) and [an anchor](#one-page).")


@pytest.mark.parametrize("link", ["[x](nowhere.md)", "[x](index.md#nowhere)", "[x](#nowhere)", "[x](../nowhere.py)"])
def test_a_link_that_leads_nowhere_fails(make, link):
    assert not make(f"A {link}.")


def test_a_link_of_the_theme_that_leads_nowhere_is_found(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b.html#there">1</a> <a href="b.html#gone">2</a> <img src="c.png">')
    (tmp_path / "b.html").write_text('<p id="there"> <a href="https://example.com/#x">3</a> <a href="mailto:x@y">4</a>')
    assert links.broken(tmp_path) == ["a.html: b.html#gone: no such anchor", "a.html: c.png: no such file"]


def test_a_file_has_its_name_above_it(make, tmp_path):
    assert make("```py shop/__init__.py\n```\n\n```py shop/prices.py\nimport eventlet\n```\n")
    text = (tmp_path / "site" / "1" / "index.html").read_text()
    assert re.search(r'class="caption-text">shop/prices.py<.*class="highlight".*>import<', text, re.DOTALL)
    assert re.search(r"shop/__init__.py<.*is empty.", text) and text.count('class="highlight"') == 1


def test_cells_with_text_get_room(make, tmp_path):
    assert make(f"| what | |\n|---|---|\n| {'some words ' * 5} | yes |\n")
    text = (tmp_path / "site" / "1" / "index.html").read_text()
    assert re.findall(r'<td class="(\w+)"><p>(\w+)', text) == [("long", "some")]


def test_versions_are_kept_beside_each_other(tmp_path):
    for version in ("0.9.0", "0.10.0", "0.2.0"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "index.html").touch()
    build.write_versions(tmp_path)
    assert json.loads((tmp_path / "versions.json").read_text()) == ["0.10.0", "0.9.0", "0.2.0"]
    assert 'content="0; url=0.10.0/index.html"' in (tmp_path / "index.html").read_text()
    assert links.broken(tmp_path) == []


def site_pages():
    (version, *_) = json.loads((SITE / "versions.json").read_text())
    return SITE / version, {path: path.read_text() for path in (SITE / version).rglob("*.html")}


def test_each_page_of_the_documentation_is_a_page_of_the_site():
    site, pages = site_pages()
    wanted = {path.relative_to(ROOT / "docs") for path in ROOT.glob("docs/**/*.md")} | {Path("api.rst")}
    assert {site / path.with_suffix(".html") for path in wanted} <= pages.keys()


def test_files_that_pages_name_are_pages_too():
    site, pages = site_pages()
    demo = pages[site / repository.page_of(ROOT / "SECURITY.md")]
    assert "trees" in demo


def test_nothing_is_loaded_from_elsewhere():
    _, pages = site_pages()
    for path, text in pages.items():
        loaded = [link for tag in ("<script", "<link", "<img") for link in links_of(text, tag)]
        assert not [link for link in loaded if "//" in link], path


def links_of(text, tag):
    for part in text.split(tag)[1:]:
        yield from links.Page(f"{tag}{part.partition('>')[0]}>").links


def test_every_public_name_is_in_the_api():
    import aiohub
    from aiohub import aio, debug, ratchet

    site, pages = site_pages()
    api = links.Page(pages[site / "api.html"]).anchors
    names = [f"aiohub.{name}" for name in aiohub.__all__ if name not in ("aio", "debug", "green")]
    for module in (aio, debug, ratchet):
        names += [f"{module.__name__}.{name}" for name in module.__all__]
    assert not set(names) - api, sorted(set(names) - api)


def test_pictures_show_the_newest_figures():
    for path, text in pictures.pictures().items():
        assert path.read_text() == text, "python docs/_site/pictures.py draws it anew"


def test_the_first_page_says_where_it_loses():
    page = (ROOT / "docs" / "index.md").read_text()
    costs = {(cost.row, cost.case): cost for cost in pictures.COSTS}
    (figure,) = re.findall(r"\*\*Each step of a task\*\* takes (\S+) times", page)
    step = costs["step", "await sleep(0)"]
    assert figure == f"{pictures.relative(pictures.records(), step, 'aiohub-engine'):.1f}"


def test_pictures_say_what_they_show():
    for path in (ROOT / "docs" / "images").glob("*.svg"):
        text = path.read_text()
        assert "<title" in text and "<desc" in text and "prefers-color-scheme: dark" in text, path


def luminance(colour):
    """How light a colour is, 0 to 1, as WCAG 2 counts it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", [conf.pygments_style, conf.pygments_dark_style])
def test_programs_are_legible(name):
    style = get_style_by_name(name)
    ground = luminance(style.background_color.removeprefix("#"))
    for token, look in style:
        if look["color"] and token is not Whitespace:
            lighter, darker = sorted([luminance(look["color"]), ground], reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, f"{token} of {name}"
