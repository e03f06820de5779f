# since 3.11
try: a
except* A: b
except* (B, C) as e:
    c
def f(*args: *Ts): pass
for x in *a, b: pass
x[*a, b]
x[*a]
x[a, b:c, ::d, *e, ...]
x[*not a]
x[a := 1]
