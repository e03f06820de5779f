"""`make docs`: the site of this version, below build/site, beside those of others that are there.

    build/site/index.html      leads to the newest version
    build/site/versions.html   lists all of them; versions.json is the same for programs
    build/site/0.1.0/          a version: nothing in it changes when another one is added

Exit code 1 if something is wrong: a warning of Sphinx, or a link or anchor of the pages that leads nowhere.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import links
from sphinx.cmd.build import main as sphinx

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SITE = ROOT / "build" / "site"
PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{head}<title>aiohub</title>
<h1>aiohub</h1>
<ul>
{items}
</ul>
</html>
"""


def build(docs: Path, out: Path, doctrees: Path) -> bool:
    """Make the site of the pages in *docs* in the folder *out*. False if Sphinx has warnings, which it has printed."""
    shutil.rmtree(out, ignore_errors=True)
    arguments = ["-q", "-W", "--keep-going", "-b", "html", "-c", str(HERE), "-d", str(doctrees), str(docs), str(out)]
    return sphinx(arguments) == 0


def write_versions(site: Path) -> None:
    """The pages at the top of the site, by the folders that are there."""
    versions = sorted((path.parent.name for path in site.glob("*/index.html")), key=_order, reverse=True)
    (site / "versions.json").write_text(json.dumps(versions) + "\n")
    items = "\n".join(f'<li><a href="{version}/index.html">{version}</a></li>' for version in versions)
    to_newest = f'<meta http-equiv="refresh" content="0; url={versions[0]}/index.html">\n'
    (site / "versions.html").write_text(PAGE.format(head="", items=items))
    (site / "index.html").write_text(PAGE.format(head=to_newest, items=items))


def _order(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def main() -> int:
    version = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    out = SITE / version[1]
    if not build(ROOT / "docs", out, ROOT / "build" / "site-doctrees"):
        return 1
    write_versions(SITE)
    wrong = links.broken(out)
    for line in wrong:
        print(f"aiohub: error: {line}", file=sys.stderr)
    if not wrong:
        print(f"aiohub: {out.relative_to(ROOT)}/index.html")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
