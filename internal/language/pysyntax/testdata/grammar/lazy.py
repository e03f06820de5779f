# since 3.15
lazy import a, b.c as d
lazy from a import b
lazy = 1
lazy, from_ = lazy
[*x for x in y]
{*x for x in y}
(*x for x in y)
{**x for x in y}
match x:
    case +0: pass
    case +1 - 2j: pass
