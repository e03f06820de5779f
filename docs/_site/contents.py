"""What the site's navigation lists. The pages know nothing of it: in the repository they are plain Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

#: Captions, and the pages below them in their order.
SECTIONS = {
    "Start": ["tutorial", "tutorial-larger", "questions", "glossary"],
    "Run on aiohub": ["with", "services", "integrations", "packages", "testing", "rollout"],
    "Both worlds": ["semantics", "reference", "api", "differences", "promises", "limits"],
    "Port": ["tool", "tool/README", "plan", "port", "port-rules", "series", "report", "editor"],
    "Off eventlet": ["after", "threads", "migrations"],
    "How it is built": ["architecture", "design/README", "releasing", "README"],
}
LISTED = {"index", *(name for names in SECTIONS.values() for name in names)}


def lists() -> str:
    """What the first page has below its text, out of sight."""
    return "".join(
        f"\n\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n" + "\n".join(names) + "\n```\n"
        for caption, names in SECTIONS.items()
    )


def add_lists(_app: Sphinx, docname: str, content: list[str]) -> None:
    if docname == "index":
        content[0] += lists()


def leave_out_leaves(app: Sphinx, _doctree: nodes.document) -> None:
    """A page for each rule and each note would drown the others: the README of their folder lists them."""
    docname = app.env.docname
    if docname not in LISTED and "/" in docname:
        app.env.metadata[docname]["orphan"] = True


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", add_lists)
    app.connect("doctree-read", leave_out_leaves)
    return {"version": "1", "parallel_read_safe": True}
