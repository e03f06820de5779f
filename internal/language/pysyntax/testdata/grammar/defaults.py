# since 3.13
type A[T = int, *Ts = *tuple[int], **P = [str]] = T
def f[T: int = bool](): pass
class C[*Ts = tuple[int]]: pass
