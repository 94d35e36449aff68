def f():
    yield
    yield a, *b
    yield from a
    x = yield from a
    x += yield
    x: int = yield a
    (yield)
    f((yield), (yield a))
    await_ = [(yield)]
