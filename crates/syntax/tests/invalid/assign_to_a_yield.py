def f():
    (yield) = b
