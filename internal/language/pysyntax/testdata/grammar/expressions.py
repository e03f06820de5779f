# since 3.9
x = 1, 2_000, 0x_ff, 0o17, 0b1, 1.5, .5, 5., 1e10, 1_0.0_1e-1_0, 3j, 1if x else 2
a = b = (c) = d
(a.b), c[0], [e, *f] = *g, h,
a += 1; a -= 1; a *= 1; a /= 1; a //= 1; a %= 1; a @= 1; a **= 1; a <<= 1; a >>= 1; a &= 1; a |= 1; a ^= 1
a: int
(a): int = 3
a.b: "x" = yield
a[0]: int = 1, 2
not a and b or c and not (d or e)
a < b <= c != d == e > f >= g is not h not in i in j is k
a | b ^ c & d << e >> f + g - h * i / j // k % l @ m
-x ** -y ** +z + ~w
await_ = 1
lambda: 0
lambda a, b=1, /, c=2, *d, e, f=3, **g: (a, b)
lambda *, a: a
lambda *args: lambda **kw: args
f(a, *b, c=d, *e, **f, g=h, **i)
f(x for x in y)(1)[2].z
f((yield))
(x for x in y if z if w for v in u)
[x async for x in y]
[(x) for (x), *y in (z)]
{x for x in y}
{a: b for a, b in c}
{a: b, **c, (d): e,}
{a, *b, c}
{}
()
(a,)
(a, b)
((a))
(a), b
[a, *b, (c)]
(a := 1)
f(a := 1, b=(c := 2))
x[a, b:c, ::d, ...]
x[a:]
x[:]
x[:, ]
a if b else c if d else lambda: e
(a
 .b
 .c())
"a" 'b' """c
d""" r'e\n' u"f"
b'a' B"b" Rb'c'
"\x41\u0042\U00000043\101\n\
\q" '\ud800'
print(*a, sep='')
def g():
    yield
    yield a, *b
    x = yield from c
    return *a, b
async def h():
    await a ** await b
    return [x async for x in y if await z]
del a, (b, c), [d], e.f, g[0]
x = a \
    + b
...
None, True, False
