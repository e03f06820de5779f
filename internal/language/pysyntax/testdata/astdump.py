"""Print the ast of the files named on standard input, one node a line, in the form dump_test.go prints our own trees.

A line is depth, kind, start, end and what else the node holds; offsets are bytes of the file as read. A file starts with
`F path`; `E message` stands for the tree of one that CPython does not parse. Before 3.12 CPython had no positions inside
f-strings: those trees are cut off at JoinedStr, and `--cut` asks for the same in later versions.
"""

import ast
import io
import re
import sys
import tokenize
import warnings
import zlib

CUT = sys.version_info < (3, 12) or "--cut" in sys.argv
EOL = re.compile(rb"\r\n|\r|\n")
LOAD = {"Load": "L", "Store": "S", "Del": "D"}


class File:
    def __init__(self, source):
        self.source = source
        self.tree = ast.parse(source)
        self.out = []
        starts = [0] + [m.end() for m in EOL.finditer(source)]
        bom = 3 if source.startswith(b"\xef\xbb\xbf") else 0
        self.starts = starts
        encoding = tokenize.detect_encoding(io.BytesIO(source).readline)[0]
        starts[0] = bom
        self.encoding = None if encoding.startswith("utf-8") else encoding
        if self.encoding:
            ends = [*starts[1:], len(source)]
            self.lines = [source[s:e].decode(encoding).encode() for s, e in zip(starts, ends)]

    def offset(self, line, col):
        if self.encoding:
            col = len(self.lines[line - 1][:col].decode().encode(self.encoding))
        return self.starts[line - 1] + col

    def line(self, depth, kind, node, extra=""):
        start = self.offset(node.lineno, node.col_offset)
        end = self.offset(node.end_lineno, node.end_col_offset)
        self.out.append(f"{depth} {kind} {start} {end}{extra}")

    def mark(self, depth, kind, extra=""):
        self.out.append(f"{depth} {kind}{extra}")

    def all(self, depth, nodes):
        for node in nodes:
            self.node(depth, node)

    def maybe(self, depth, node):
        if node is not None:
            self.node(depth, node)

    def block(self, depth, kind, nodes):
        if nodes:
            self.mark(depth, kind)
            self.all(depth + 1, nodes)

    def node(self, depth, node):
        kind = type(node).__name__
        flag = ""
        if kind.startswith("Async"):
            kind, flag = kind[5:], " async"
        if kind == "TryStar":
            kind, flag = "Try", " star"
        method = getattr(self, kind, None)
        if method:
            method(depth, node, flag)
            return
        self.line(depth, kind, node, flag)
        for name in node._fields:
            value = getattr(node, name)
            if isinstance(value, list):
                self.all(depth + 1, value)
            elif isinstance(value, ast.AST):
                self.node(depth + 1, value)

    def FunctionDef(self, depth, node, flag):
        self.line(depth, "FunctionDef", node, f" {text(node.name)}{flag}")
        self.decorators(depth + 1, node)
        self.typeparams(depth + 1, node)
        self.arguments(depth + 1, node.args)
        self.maybe(depth + 1, node.returns)
        self.block(depth + 1, "body", node.body)

    def ClassDef(self, depth, node, flag):
        self.line(depth, "ClassDef", node, f" {text(node.name)}")
        self.decorators(depth + 1, node)
        self.typeparams(depth + 1, node)
        self.all(depth + 1, in_order(node.bases + node.keywords))
        self.block(depth + 1, "body", node.body)

    def decorators(self, depth, node):
        for decorator in node.decorator_list:
            self.mark(depth, "decorator")
            self.node(depth + 1, decorator)

    def typeparams(self, depth, node):
        params = getattr(node, "type_params", None)
        if params:
            self.mark(depth, "typeparams")
            self.all(depth + 1, params)

    def TypeVar(self, depth, node, flag):
        extra = "B" if getattr(node, "bound", None) else ""
        extra += "D" if getattr(node, "default_value", None) else ""
        self.line(depth, type(node).__name__, node, f" {text(node.name)} {extra}")
        self.maybe(depth + 1, getattr(node, "bound", None))
        self.maybe(depth + 1, getattr(node, "default_value", None))

    ParamSpec = TypeVarTuple = TypeVar

    def arguments(self, depth, node):
        self.mark(depth, "params")
        plain = node.posonlyargs + node.args
        defaults = [None] * (len(plain) - len(node.defaults)) + node.defaults
        for i, (arg, default) in enumerate(zip(plain, defaults)):
            self.arg(depth + 1, arg, "P" if i < len(node.posonlyargs) else "N", default)
        if node.vararg:
            self.arg(depth + 1, node.vararg, "V", None)
        for arg, default in zip(node.kwonlyargs, node.kw_defaults):
            self.arg(depth + 1, arg, "K", default)
        if node.kwarg:
            self.arg(depth + 1, node.kwarg, "W", None)

    def arg(self, depth, node, sort, default):
        extra = "A" if node.annotation else ""
        extra += "D" if default else ""
        self.line(depth, "arg", node, f" {text(node.arg)} {sort}{extra}")
        self.maybe(depth + 1, node.annotation)
        self.maybe(depth + 1, default)

    def Lambda(self, depth, node, flag):
        self.line(depth, "Lambda", node)
        self.arguments(depth + 1, node.args)
        self.node(depth + 1, node.body)

    def AnnAssign(self, depth, node, flag):
        self.line(depth, "AnnAssign", node, f" {node.simple}")
        self.node(depth + 1, node.target)
        self.node(depth + 1, node.annotation)
        self.maybe(depth + 1, node.value)

    def TypeAlias(self, depth, node, flag):
        self.line(depth, "TypeAlias", node)
        self.node(depth + 1, node.name)
        self.typeparams(depth + 1, node)
        self.node(depth + 1, node.value)

    def AugAssign(self, depth, node, flag):
        self.line(depth, "AugAssign", node, f" {op(node.op)}")
        self.node(depth + 1, node.target)
        self.node(depth + 1, node.value)

    def For(self, depth, node, flag):
        self.line(depth, "For", node, flag)
        self.node(depth + 1, node.target)
        self.node(depth + 1, node.iter)
        self.block(depth + 1, "body", node.body)
        self.block(depth + 1, "else", node.orelse)

    def If(self, depth, node, flag):
        self.line(depth, type(node).__name__, node)
        self.node(depth + 1, node.test)
        self.block(depth + 1, "body", node.body)
        self.block(depth + 1, "else", node.orelse)

    While = If

    def With(self, depth, node, flag):
        self.line(depth, "With", node, flag)
        for item in node.items:
            self.mark(depth + 1, "item")
            self.node(depth + 2, item.context_expr)
            self.maybe(depth + 2, item.optional_vars)
        self.block(depth + 1, "body", node.body)

    def Match(self, depth, node, flag):
        self.line(depth, "Match", node)
        self.node(depth + 1, node.subject)
        for case in node.cases:
            self.mark(depth + 1, "case")
            self.node(depth + 2, case.pattern)
            self.maybe(depth + 2, case.guard)
            self.block(depth + 2, "body", case.body)

    def Try(self, depth, node, flag):
        self.line(depth, "Try", node, flag)
        self.block(depth + 1, "body", node.body)
        self.all(depth + 1, node.handlers)
        self.block(depth + 1, "else", node.orelse)
        self.block(depth + 1, "finally", node.finalbody)

    def ExceptHandler(self, depth, node, flag):
        self.line(depth, "ExceptHandler", node, f" {text(node.name)}")
        self.maybe(depth + 1, node.type)
        self.block(depth + 1, "body", node.body)

    def Import(self, depth, node, flag):
        self.line(depth, "Import", node, " lazy" if getattr(node, "is_lazy", 0) else "")
        self.all(depth + 1, node.names)

    def ImportFrom(self, depth, node, flag):
        lazy = " lazy" if getattr(node, "is_lazy", 0) else ""
        self.line(depth, "ImportFrom", node, f" {node.level} {text(node.module)}{lazy}")
        self.all(depth + 1, node.names)

    def alias(self, depth, node, flag):
        if sys.version_info < (3, 10):
            self.mark(depth, "alias", f" {text(node.name)} {text(node.asname)}")
            return
        self.line(depth, "alias", node, f" {text(node.name)} {text(node.asname)}")

    def Global(self, depth, node, flag):
        self.line(depth, type(node).__name__, node, "".join(f" {text(n)}" for n in node.names))

    Nonlocal = Global

    def keyword(self, depth, node, flag):
        self.line(depth, "keyword", node, f" {text(node.arg)}")
        self.node(depth + 1, node.value)

    def Expr(self, depth, node, flag):
        self.line(depth, "Expr", node)
        self.node(depth + 1, node.value)

    def BoolOp(self, depth, node, flag):
        self.line(depth, "BoolOp", node, f" {op(node.op)}")
        self.all(depth + 1, node.values)

    def BinOp(self, depth, node, flag):
        self.line(depth, "BinOp", node, f" {op(node.op)}")
        self.node(depth + 1, node.left)
        self.node(depth + 1, node.right)

    def UnaryOp(self, depth, node, flag):
        self.line(depth, "UnaryOp", node, f" {op(node.op)}")
        self.node(depth + 1, node.operand)

    def Compare(self, depth, node, flag):
        self.line(depth, "Compare", node, "".join(f" {op(o)}" for o in node.ops))
        self.node(depth + 1, node.left)
        self.all(depth + 1, node.comparators)

    def Dict(self, depth, node, flag):
        self.line(depth, "Dict", node)
        for key, value in zip(node.keys, node.values):
            if key is None:
                self.mark(depth + 1, "unpack")
                self.node(depth + 2, value)
            else:
                self.node(depth + 1, key)
                self.node(depth + 1, value)

    def DictComp(self, depth, node, flag):
        self.line(depth, "DictComp", node)
        if getattr(node, "value", None) is None:
            self.mark(depth + 1, "unpack")
            self.node(depth + 2, node.key)
        else:
            self.node(depth + 1, node.key)
            self.node(depth + 1, node.value)
        self.all(depth + 1, node.generators)

    def comprehension(self, depth, node, flag):
        self.mark(depth, "comprehension", " async" if node.is_async else "")
        self.node(depth + 1, node.target)
        self.node(depth + 1, node.iter)
        self.all(depth + 1, node.ifs)

    def Call(self, depth, node, flag):
        self.line(depth, "Call", node)
        self.node(depth + 1, node.func)
        self.all(depth + 1, in_order(node.args + node.keywords))

    def JoinedStr(self, depth, node, flag):
        self.line(depth, type(node).__name__, node)
        if not CUT:
            for value in node.values:
                if isinstance(value, ast.Constant):
                    if not value.value:
                        continue  # 3.12 leaves empty text around nested fields
                    self.line(depth + 1, "Constant", value, " text")
                else:
                    self.node(depth + 1, value)

    TemplateStr = JoinedStr

    def FormattedValue(self, depth, node, flag):
        self.line(depth, type(node).__name__, node, f" {max(node.conversion, 0)}")
        self.node(depth + 1, node.value)
        self.maybe(depth + 1, node.format_spec)

    Interpolation = FormattedValue

    def Constant(self, depth, node, flag):
        value = node.value
        extra = type(value).__name__
        if isinstance(value, str):
            start = self.offset(node.lineno, node.col_offset)
            end = self.offset(node.end_lineno, node.end_col_offset)
            if b"\\N" in self.source[start:end]:
                extra += " *"
            else:
                extra += f" {zlib.crc32(value.encode('utf-8', 'surrogatepass'))}"
        self.line(depth, "Constant", node, " " + extra)

    def Attribute(self, depth, node, flag):
        self.line(depth, "Attribute", node, f" {text(node.attr)} {LOAD[type(node.ctx).__name__]}")
        self.node(depth + 1, node.value)

    def Name(self, depth, node, flag):
        self.line(depth, "Name", node, f" {text(node.id)} {LOAD[type(node.ctx).__name__]}")

    def Subscript(self, depth, node, flag):
        self.line(depth, "Subscript", node, f" {LOAD[type(node.ctx).__name__]}")
        self.node(depth + 1, node.value)
        self.node(depth + 1, node.slice)

    def Starred(self, depth, node, flag):
        self.line(depth, "Starred", node, f" {LOAD[type(node.ctx).__name__]}")
        self.node(depth + 1, node.value)

    def List(self, depth, node, flag):
        self.line(depth, type(node).__name__, node, f" {LOAD[type(node.ctx).__name__]}")
        self.all(depth + 1, node.elts)

    Tuple = List

    def IfExp(self, depth, node, flag):
        self.line(depth, "IfExp", node)
        self.node(depth + 1, node.body)
        self.node(depth + 1, node.test)
        self.node(depth + 1, node.orelse)

    def Slice(self, depth, node, flag):
        extra = "".join(c for c, v in zip("lus", (node.lower, node.upper, node.step)) if v)
        self.line(depth, "Slice", node, f" {extra}")
        self.maybe(depth + 1, node.lower)
        self.maybe(depth + 1, node.upper)
        self.maybe(depth + 1, node.step)

    def MatchSingleton(self, depth, node, flag):
        self.line(depth, "MatchSingleton", node, f" {node.value}")

    def MatchMapping(self, depth, node, flag):
        self.line(depth, "MatchMapping", node, f" {text(node.rest)}")
        for key, pattern in zip(node.keys, node.patterns):
            self.node(depth + 1, key)
            self.node(depth + 1, pattern)

    def MatchClass(self, depth, node, flag):
        self.line(depth, "MatchClass", node)
        self.node(depth + 1, node.cls)
        self.all(depth + 1, node.patterns)
        for name, pattern in zip(node.kwd_attrs, node.kwd_patterns):
            self.mark(depth + 1, "kwd", f" {text(name)}")
            self.node(depth + 2, pattern)

    def MatchStar(self, depth, node, flag):
        self.line(depth, "MatchStar", node, f" {text(node.name)}")

    def MatchAs(self, depth, node, flag):
        self.line(depth, "MatchAs", node, f" {text(node.name)}")
        self.maybe(depth + 1, node.pattern)


def in_order(nodes):
    return sorted(nodes, key=lambda n: (n.lineno, n.col_offset))


def op(node):
    return type(node).__name__


def text(name):
    """A name; `?` for one that CPython may have normalised, `-` for none."""
    if not name:
        return "-"
    return name if name.isascii() else "?"


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20000)
    out = sys.stdout.buffer
    for path in sys.stdin:
        path = path.rstrip("\n")
        try:
            with open(path, "rb") as f:
                file = File(f.read())
            file.all(0, file.tree.body)
        except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError) as e:
            lines = [f"E {type(e).__name__} {str(e).splitlines()[0] if str(e) else ''}"]
        else:
            lines = file.out
        out.write(b"F " + path.encode() + b"\n")
        out.write("\n".join([*lines, ""]).encode("utf-8", "replace"))
    out.flush()


main()
