# since 3.14
t'{x!r:>{width}} {{literal}} {y=}'
t"a" t'{b}' rT'\d{c}' tr'{d:\d}'
t''
try: a
except A, B: c
except C, D,: e
try: a
except* A, B: c
