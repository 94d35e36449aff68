type A = int
type A[T] = list[T]
type A[T: int = str, *Ts = *tuple[int], **P = [int]] = B
def f[T, *Ts, **P](): pass
class C[T: (int, str)](B): pass
class D[T = int]: pass
async def g[T](): pass
