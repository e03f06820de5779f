"""What the site adds to blocks and tables of the pages: names of files, and room for what is long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: A block that is a file: its name stands behind the language.
FILE = re.compile(r"^```(?P<language>\w+) (?P<name>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
#: A cell with more characters than this is text; on a telephone it would get the width of its longest word.
LONG = 40


def name_files(_app: Sphinx, _docname: str, content: list[str]) -> None:
    content[0] = FILE.sub(_with_name, content[0])


def _with_name(block: re.Match[str]) -> str:
    if not block["text"]:
        return f"`{block['name']}` is empty."
    return f"```{{code-block}} {block['language']}\n:caption: {block['name']}\n\n{block['text']}```"


def mark_long_cells(_app: Sphinx, doctree: nodes.document) -> None:
    for cell in doctree.findall(nodes.entry):
        if len(cell.astext()) > LONG:
            cell["classes"].append("long")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", name_files)
    app.connect("doctree-read", mark_long_cells)
    return {"version": "1", "parallel_read_safe": True}
