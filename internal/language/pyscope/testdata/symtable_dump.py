"""Print, for each file named on standard input, what CPython's symtable says of its scopes, as JSON lines.

A line is [path, [[type, name, line, {name: where}], ...]] where type is module, function or class, line that of the scope, and where
"here" for a name bound in the scope itself, "outer" for one of a function around, "global" for one of the module or of nobody.
Scopes are in the order in which their blocks stand in the file. A file that does not compile gives [path, null].
"""

import json
import sys
import symtable


SCOPES = ("module", "function", "class")


def dump(table, out):
    if str(table.get_type()).rpartition(".")[2].lower() not in SCOPES:
        # Scopes of type parameters and annotations have no counterpart of their own; what is in them is compared.
        for child in table.get_children():
            dump(child, out)
        return
    names = {}
    for symbol in table.get_symbols():
        name = symbol.get_name()
        if symbol.is_free():
            where = "outer"
        elif table.get_type() == "module" or symbol.is_global():
            where = "global"
        else:
            where = "here"
        names[name] = where
    out.append([str(table.get_type()).rpartition(".")[2].lower(), table.get_name(), table.get_lineno(), names])
    for child in table.get_children():
        dump(child, out)


for line in sys.stdin:
    path = line.rstrip("\n")
    scopes = []
    try:
        with open(path, "rb") as file:
            source = file.read()
        dump(symtable.symtable(source, path, "exec"), scopes)
    except (SyntaxError, ValueError, RecursionError):
        scopes = None
    print(json.dumps([path, scopes]))
