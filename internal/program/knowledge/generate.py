"""Write names.txt: what the modules of an installed eventlet offer. Usage: python generate.py [--check] > names.txt

Facts are taken from the running modules, so the table says what Python would see. With --check nothing is written:
the script compares names.txt and the hand-written tables beside it with the installed eventlet, and exits 1 on a
difference that matters (a name that is gone, a re-export that leads elsewhere). Names may be missing where a platform
lacks them.
"""

import ast
import importlib
import inspect
import pathlib
import pkgutil
import sys
import types
import warnings

HERE = pathlib.Path(__file__).parent
warnings.simplefilter("ignore")


def modules():
    """All modules of eventlet that can be imported here; a few need a package or platform that may be missing."""
    import eventlet

    found = {"eventlet": eventlet}
    for info in pkgutil.walk_packages(eventlet.__path__, "eventlet.", onerror=lambda name: None):
        try:
            found[info.name] = importlib.import_module(info.name)
        except Exception:
            found[info.name] = None
    return found


def assigned(module):
    """Names that the module's own source binds at the top level other than by import."""
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError):
        return set()
    names = set()
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Name) and isinstance(statement.ctx, ast.Store):
            names.add(statement.id)
        elif isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            names.add(statement.name)
    return names


def imported(package, name):
    """Submodules that the source of a package without __all__ imports by name, so that a star import binds them."""
    found = set()
    for statement in ast.parse(inspect.getsource(package)).body:
        if isinstance(statement, ast.ImportFrom) and statement.module == name:
            found.update(f"{name}.{alias.name}" for alias in statement.names)
    return found


def rows():
    known = modules()
    bound = imported(known["eventlet"], "eventlet")
    for name, module in sorted(known.items()):
        yield name, "module", "*" if name in bound else ""
        if module is None:
            continue
        own = assigned(module)
        declared = getattr(module, "__all__", None)
        starred = set(declared) if declared is not None else {n for n in vars(module) if not n.startswith("_")}
        for attribute, value in sorted(vars(module).items()):
            if attribute.startswith("__") or f"{name}.{attribute}" in known:
                continue
            home = getattr(value, "__module__", None) or ""
            if isinstance(value, types.ModuleType):
                continue
            if (
                attribute in own
                or (declared is not None and attribute in starred)
                or (isinstance(home, str) and home.split(".")[0] == "eventlet" and attribute in starred)
            ):
                kind = "class" if isinstance(value, type) else "function" if callable(value) else "data"
            else:
                continue
            if attribute.startswith("_") and kind not in ("class", "function"):
                continue
            yield f"{name}.{attribute}", kind, "*" if attribute in starred else ""


def check():
    import greenlet

    known = modules()

    def find(dotted):
        if dotted == "greenlet.GreenletExit":
            return greenlet.GreenletExit
        head = dotted
        rest = []
        while head not in known:
            head, _, last = head.rpartition(".")
            rest.insert(0, last)
            if not head:
                raise LookupError(dotted)
        value = known[head]
        for part in rest:
            value = getattr(value, part)
        return value

    bad = 0
    for line in (HERE / "canon.txt").read_text().splitlines():
        fields = line.split("#")[0].split()
        if len(fields) == 2:  # a third field says that the name is of an older eventlet
            try:
                # A deprecated name is the same function in a wrapper.
                ok = inspect.unwrap(find(fields[0])) in (find(fields[1]), inspect.unwrap(find(fields[1])))
            except (LookupError, AttributeError) as error:
                ok = False
                print(error, file=sys.stderr)
            if not ok:
                bad += 1
                print("canon.txt: not the same object:", *fields, file=sys.stderr)
    for table in ("returns.txt", "switches.txt", "enters.txt"):
        for line in (HERE / table).read_text().splitlines():
            fields = line.split("#")[0].split()
            if not fields or fields[-1] == "old":
                continue
            for dotted in fields:
                if not dotted.startswith("eventlet."):
                    continue
                try:
                    find(dotted)
                except (LookupError, AttributeError) as error:
                    bad += 1
                    print(f"{table}: {dotted}: {error}", file=sys.stderr)
    listed = {line.split("\t")[0] for line in (HERE / "names.txt").read_text().splitlines() if line and line[0] != "#"}
    # The green modules mirror the standard library of the running Python; only eventlet's own modules are compared.
    for name, kind, _ in rows():
        if not name.startswith("eventlet.green.") and name not in listed and kind in ("class", "function", "module"):
            bad += 1
            print("names.txt: missing", name, kind, file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(check())
    import eventlet

    print(
        f"# Made by generate.py from eventlet {eventlet.__version__}: "
        "name, kind, * if a star import of its module binds it."
    )
    for row in rows():
        print("\t".join(row))
