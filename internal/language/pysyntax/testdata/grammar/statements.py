# since 3.9
"""docstring"""
import a, b.c as d, e . f
from a import b, c as d
from . import (x, y as z,)
from .a.b import *
from ... import p
from .... q import r
global_ = 1
def f(a, b: int, /, c=1, *args: x, d, e: y = 2, **kw: z) -> (w): pass
def g(*, a): return
def h(a, b=(1), *, c: (int) = (2), **k): global x, y; nonlocal_ = 1
async def i(): pass
@a
@b.c(d)[e]
@(f := g)
class A: x = 1;
@d
async def j():
    async with a as b, c: pass
    async for x in y: pass
    else: pass
class B(A, *b, metaclass=C, **k):
    def m(self):
        nonlocal_ = 1
        def n():
            nonlocal nonlocal_
            global a1, b1
            raise
if a: pass
elif b:
    pass
elif c: pass
else:
    pass
if a:
    if b: x
    else: y
else:
    if c: z
while a: break
else: b
for x in y: continue
for x, *y in z, w:
    pass
else:
    pass
for (x) in [y]: pass
for x[0], y.z in a: pass
try: a
except: b
try:
    a
except A as e:
    b
except (A, B):
    c
else:
    d
finally:
    e
try: a
finally: b
with a: pass
with a as b, c as (d, e): pass
with (a): pass
with (a) as b: pass
with (a, b): pass
with (a, b) as c: pass
with (a as b): pass
with (a as b, c,): pass
with (a, b), c: pass
with (yield): pass
with (a := b): pass
with (a for a in b): pass
with (): pass
with (*a, b): pass
with a[0] as b.c, d: pass
raise a from b
raise a
assert a, b
assert a
pass; pass
if a: x; y;
return_ = 0
match = 1
case = 2
type = 3
match.x = 1
match[a] = case
match(a)
match (a, b), c
match * a
match -a
type(x)
type.y
lazy = 1
match: int
match[x]: int
_ = match if match else case
	# a comment with a tab

if a:
	b
        # odd comment
	c
