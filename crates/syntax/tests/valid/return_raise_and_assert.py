def f():
    return
    return a, *b
    raise
    raise a
    raise a from b
    assert a
    assert a, b
    return (yield)
