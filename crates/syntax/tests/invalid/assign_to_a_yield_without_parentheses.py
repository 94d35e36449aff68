def f():
    x = yield = b
