# since 3.12
type A = int
type B[T, *Ts, **P] = dict[T, *Ts]
type C[T: int, U: (str, bytes)] = T
type = 1
def f[T](a: T) -> T: pass
async def g[*Ts, **P](*args: *Ts): pass
class D[T: (A)](B[T], k=v): pass
@a
class E[T]: pass
f'{x!r:>{width}.{prec}} {{literal}} {y=} {z = !s:10} {"nested " + f'{w}'}'
f'{a["b"]}{ {1: 2}[1] }{x:{y:{z}}}'
f"""{
    a  # comment
    + b
}
{c:
}"""
rf'\{a}\d{b:\d}' f'\N{BULLET}{c}' 'plain' f'{{' f'}}'
f'{lambda_}{x,}{*a, b}{yield_}{x:=5}{x!=y}{(lambda: 0)}{a if b else c}'
f'{x=}' f'{x=!r}' f'{x = :>10}' f''
f'' ''
'a' f'{b}' 'c' '' "d" f'e{f}'
f'{x:%Y-%m-%d}' F"{x}" fR'{y}\n'
f'{f"{f'{1}'}"}'
f'''\
{a}\
''' '' f'{b}'
'\
' f'{a}'
f"{f'{x=}'=}"
