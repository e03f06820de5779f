# since 3.10
match x:
    case 1 | -1 | 1.5 | -2j | 1 + 2j | -1 - 2j: pass
    case "a" "b" | b"c": pass
    case None | True | False: pass
    case a: pass
match x, y:
    case _: pass
match x,:
    case a, *_: pass
    case *a, b, : pass
    case [a, *rest] if rest: pass
    case (a, b) | (a) as b: pass
    case (): pass
    case []: pass
    case [*_, ]: pass
    case ((a)): pass
    case ((a),): pass
    case a.b | a.b.c: pass
    case A(): pass
    case a.B(x, y=z, w=1,): pass
    case {}: pass
    case {"a": b, -1: c, None: d, a.b: e, **rest, }: pass
    case {"k": [1, {"n": A(x=[*_])}]}: pass
    case match: pass
    case case: pass
    case str() as s: pass
match (x):
    case type: pass
match [a, b]:
    case [1, 2] as pair if pair: pass
match -x:
    case 0: pass
match *a, b:
    case _: pass
match (yield_):
    case 1:
        match y:
            case 2:
                pass
match {a: b}:
    case {1: 2}:
        pass
match lambda: 0:
    case _:
        pass
match not x:
    case _: pass
match x := y:
    case _: pass
