"""Links from a page to a file of the repository: the site has a page for each file that is linked, and lists folders.

So no link of the site leads out of it, it can be read without a network, and who follows a link sees the file as it was
when the site was made. These pages have nothing of the theme: there are hundreds, and its navigation takes its time.
"""

from __future__ import annotations

import html
import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
#: Files are below this folder of the site.
FOLDER = "repository"
PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{up}_static/repository.css">
<p><a href="{up}index.html">aiohub</a></p>
<h1>{title}</h1>
{body}
</html>
"""


def page_of(path: Path) -> str:
    """The page that shows that file or folder, from the top of the site."""
    return f"{FOLDER}/{path.relative_to(ROOT).as_posix()}.html"


def point_to_pages(app: Sphinx, doctree: nodes.document) -> None:
    """Turn each link to a file that is no page of the site into one to its page, and remember that it is wanted."""
    docs = Path(app.srcdir)
    here = docs / app.env.docname
    wanted = remembered(app.env)[app.env.docname] = set()
    for link in list(doctree.findall(lambda node: isinstance(node, nodes.Element) and "reftarget" in node)):
        target = target_of(str(link["reftarget"]), docs, here)
        if target:
            wanted.add(target)
            up = "../" * app.env.docname.count("/")
            link.replace_self(nodes.reference("", "", *link.children, refuri=up + page_of(target), internal=True))


def target_of(written: str, docs: Path, here: Path) -> Path | None:
    """The file or folder that a link means, unless it is a page of the site, leads out of it, or to nothing."""
    path = written.partition("#")[0]
    if not path or "://" in path:
        return None
    # What MyST takes for a page has lost its ending. It begins at the top of docs/, or of the disk.
    starts = (docs, Path("/")) if path.startswith("/") else (here.parent,)
    for start, end in itertools.product(starts, ("", ".md")):
        target = Path(os.path.normpath(start / (path.lstrip("/") + end)))
        if target.exists() and target.is_relative_to(ROOT) and not is_page(target, docs):
            return target
    return None


def is_page(path: Path, docs: Path) -> bool:
    return path.suffix in (".svg", ".png") or (path.is_relative_to(docs) and path.suffix in (".md", ".rst"))


def write(app: Sphinx, error: Exception | None) -> None:
    """The pages that links lead to, and those of the files in folders that are linked."""
    if error or app.builder.format != "html":
        return
    wanted: set[Path] = set().union(*remembered(app.env).values())
    wanted |= {file for folder in wanted if folder.is_dir() for file in files_in(folder)}
    for path in wanted:
        to = Path(app.outdir) / page_of(path)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(
            PAGE.format(
                title=html.escape(path.relative_to(ROOT).as_posix()),
                up="../" * page_of(path).count("/"),
                body=listing(path) if path.is_dir() else source(path),
            )
        )
    light, dark = HtmlFormatter(style="friendly"), HtmlFormatter(style="github-dark")
    style = (Path(__file__).parent / "repository.css").read_text()
    style += light.get_style_defs() + "@media (prefers-color-scheme: dark) {\n" + dark.get_style_defs() + "\n}\n"
    (Path(app.outdir) / "_static" / "repository.css").write_text(style)


def files_in(folder: Path) -> list[Path]:
    shown = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    return [path for path in shown if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)]


def listing(folder: Path) -> str:
    """The files of a folder, each with a link to its page."""
    up = "../" * page_of(folder).count("/")
    items = [
        f'<li><a href="{up}{html.escape(page_of(path))}">{html.escape(str(path.relative_to(folder)))}</a></li>'
        for path in files_in(folder)
    ]
    return "<ul>\n" + "\n".join(items) + "\n</ul>"


def source(path: Path) -> str:
    """The text of a file, in colours where Pygments knows the language."""
    try:
        lexer = get_lexer_for_filename(path.name)
    except ClassNotFound:
        lexer = TextLexer()
    return highlight(path.read_text(errors="replace"), lexer, HtmlFormatter())


def remembered(env: Any) -> dict[str, set[Path]]:
    """What each page links to. It is kept with the pages that have not changed since the last run."""
    if not hasattr(env, "aiohub_files"):
        env.aiohub_files = {}
    return env.aiohub_files


def forget(_app: Sphinx, env: Any, docname: str) -> None:
    remembered(env).pop(docname, None)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", point_to_pages)
    app.connect("env-purge-doc", forget)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": False}
