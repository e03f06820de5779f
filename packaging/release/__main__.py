"""Make all packages of a release, from a tag: python packaging/release --pythons "python3.10 python3.11" dist

`make release` calls it, and docs/releasing.md says how a release is made. Go, git and the index of packages are needed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import archives
import bill
import interpreters
import packages
import source
import verify
from commands import ReleaseError, run
from compilers import Compiler
from interpreters import Interpreter
from platforms import ENGINE_PLATFORMS, PLATFORMS, PYTHONS, Platform

REPOSITORY = Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, help="where the packages go: it is made, or has to be empty")
    parser.add_argument("--pythons", required=True, help=f"the interpreters, for {', '.join(PYTHONS)}")
    parser.add_argument("--untagged", action="store_true", help="take the commit although it has no tag")
    parser.add_argument("--incomplete", action="store_true", help="go on although versions of Python are missing")
    parser.add_argument("--only", metavar="PLATFORM", help="packages of one platform, without archives: linux-x86_64")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    found = interpreters.ask(options.pythons.split())
    if (lacking := interpreters.missing(found)) and not options.incomplete:
        raise ReleaseError(f"no interpreter given for Python {', '.join(lacking)}; INCOMPLETE=1 leaves them out")
    directory = options.directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise ReleaseError(f"{directory} is not empty")
    for one in found:
        print(f"Python {one.full}: {one.program}", flush=True)
    with tempfile.TemporaryDirectory(prefix="aiohub-release-") as place:
        chosen = [platform for platform in PLATFORMS if options.only in (None, platform.name)]
        build(directory, Path(place), found, chosen, options)
    print(packages.sizes(directory))


def build(
    directory: Path, place: Path, found: list[Interpreter], chosen: list[Platform], options: argparse.Namespace
) -> None:
    """Build and look over the packages for the *chosen* platforms; *place* is for all that is not one."""
    origin = source.export(REPOSITORY, place, untagged=options.untagged)
    os.environ["SOURCE_DATE_EPOCH"] = str(origin.epoch)
    sdist = source.build_sdist(origin, place / "sdist", directory)
    tree = source.unpack(sdist, place)
    materials = bill.write(tree, origin, directory / f"aiohub-{origin.version}.cdx.json", place)
    readme = (origin.tree / "packaging" / "aiohub-tool.md").read_bytes()
    pure = packages.pure_files(tree, place / "pure")
    out = packages.Packages(directory, origin.version, origin.epoch, pure, materials, readme)
    out.pure_wheel()
    compiler = Compiler(tree, origin.version, place / "zig")
    headers = {one.tag: interpreters.stage(one, place / "headers" / one.tag) for one in found}
    for platform in chosen:
        print(f"compiling for {platform.name}", flush=True)
        tool = compiler.tool(platform, place / f"tool-{platform.name}")
        out.platform_wheel(platform, tool)
        out.tool_wheel(platform, tool)
        if options.only is None:
            out.archive(platform, tool)
        if platform in ENGINE_PLATFORMS:
            compiled(out, compiler, platform, found, headers, tool, place)
    if options.only is None:
        run(sys.executable, origin.tree / "packaging" / "aio_wheel.py", directory, where=place)
    verify.all_packages(directory, origin.tree, found, forbidden=[str(place), f"{Path.home()}/", str(REPOSITORY)])
    archives.write_checksums(directory)


def compiled(
    out: packages.Packages, compiler: Compiler, platform: Platform, found: list[Interpreter],
    headers: dict[str, Path], tool: Path, place: Path,
) -> None:  # fmt: skip
    engine = compiler.engine(platform, place / f"engine-{platform.name}.so")
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        shims = threads.map(
            lambda one: compiler.shim(one, headers[one.tag], platform, place / f"{one.tag}-{platform.name}.so"), found
        )
        for one, shim in zip(found, shims, strict=True):
            out.compiled_wheel(one, platform, shim, engine, tool)


try:
    main()
except ReleaseError as error:
    sys.exit(f"aiohub: error: {error}")
