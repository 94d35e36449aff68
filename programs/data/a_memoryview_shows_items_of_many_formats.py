def T(f):
    try: return f()
    except Exception as e: return f"{type(e).__name__}: {e}"
m = memoryview(b"abcdefgh")
print(m.format, m.itemsize, m.shape, m.strides, m.ndim, m.nbytes, m.readonly, len(m), m[0], m[1:3].tobytes(), m[::2].tolist(), m == b"abcdefgh", m.hex(), m.contiguous, m.suboffsets, m.obj)
for f in "bBhHiIlLqQnNfdc?":
    print(f, T(lambda: m.cast(f).tolist()), T(lambda: m.cast(f).itemsize), T(lambda: m.cast(f).shape), T(lambda: m.cast(f)[0]))
for f in ("x", "@i", "<i", "ii", "e", "P", "s"): print(f, T(lambda: m.cast(f).tolist()))
n = m.cast("B", (2, 4)); print(n.shape, n.strides, n.ndim, n.tolist(), T(lambda: n[1, 2]), T(lambda: n[0]), T(lambda: n[0:1].tolist()), n.tobytes(), len(n), n.nbytes, T(lambda: n[2, 0]), T(lambda: n[0, 0, 0]))
print(T(lambda: m.cast("B", [2, 2, 2]).tolist()), T(lambda: m.cast("h", [2, 2]).tolist()), T(lambda: m.cast("h").cast("i")), T(lambda: m.cast("B", [3, 3])), T(lambda: m[:3].cast("h")), T(lambda: m[::2].cast("B")), T(lambda: n.cast("B").tolist()), T(lambda: m.cast("B", [])), T(lambda: m.cast("i", [0])))
b = bytearray(8); w = memoryview(b); h = w.cast("h"); h[0] = -2; h[3] = 500; print(b, h.tolist()); w[1:3] = b"xy"; print(b)
d = w.cast("d"); d[0] = 1.5; print(d[0], b); c = w.cast("c"); c[0] = b"q"; print(c[0], b[0]); q = w.cast("?"); print(q[0], q.tolist())
for f in (lambda: h.__setitem__(0, 40000), lambda: h.__setitem__(0, "a"), lambda: w.__setitem__(0, 256), lambda: m.__setitem__(0, 1), lambda: c.__setitem__(0, 1), lambda: c.__setitem__(0, b"ab"), lambda: d.__setitem__(0, "x"), lambda: w.__setitem__(slice(0, 2), b"abc"), lambda: h[9], lambda: h["a"], lambda: memoryview(5), lambda: hash(w), lambda: h.__setitem__(slice(0, 2), w.cast("h")[2:4]), lambda: h.__setitem__(slice(0, 1), b"ab"), lambda: h == w, lambda: w.cast("b") == w, lambda: memoryview(b"ab").cast("h") == memoryview(b"ab").cast("H"), lambda: hash(m) == hash(b"abcdefgh"), lambda: list(h), lambda: 5 in w, lambda: w.toreadonly()[0], lambda: bytes(h), lambda: h.tobytes(), lambda: reversed(w).__next__(), lambda: h.index(0), lambda: w.count(0), lambda: m.cast("I").hex(), lambda: m.hex("-", 2)):
    print(T(f))
w.release(); print(T(lambda: w[0]), T(lambda: w.format), repr(w).split(" at ")[0]); 
with memoryview(b"xy") as v: print(v[0])
print(T(lambda: v[0]))
