"""How Sphinx makes the site out of docs/: `make docs`. Why Sphinx, and why so: docs/design/0018-site.md."""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "python")]

project = "aiohub"
author = "the authors of aiohub"
version = release = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]

extensions = ["myst_parser", "sphinx.ext.autodoc", "blocks", "contents", "repository"]
root_doc = "index"
exclude_patterns = ["_site"]
# A warning is an error: a link or an anchor that leads nowhere, a page that no list names, a docstring that is no text.

# Pages are plain Markdown, as everybody reads them in the repository. Links to headings are made as there.
myst_heading_anchors = 4

# Docstrings have names in single backticks.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
add_module_names = False

html_theme = "furo"
html_title = f"aiohub {release}"
html_static_path = ["static"]
html_css_files = ["aiohub.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "versions.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
templates_path = ["templates"]
html_favicon = "static/icon.svg"
html_theme_options = {"navigation_with_keys": False, "top_of_page_buttons": []}
# Both are legible: a comment in a program says as much as the program. test_site.py measures it.
pygments_style = "a11y-light"
pygments_dark_style = "github-dark"
