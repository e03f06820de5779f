"""Say of each program on standard input whether CPython parses it: a line `A`, or `R` and why.

A program is a line with its length in bytes, and that many bytes.
"""

import ast
import sys
import warnings

warnings.simplefilter("ignore")
read = sys.stdin.buffer
while header := read.readline():
    source = read.read(int(header))
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
        print("R", type(e).__name__, str(e).replace("\n", " "))
    else:
        print("A")
