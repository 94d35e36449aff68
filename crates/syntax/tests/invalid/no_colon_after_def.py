def f()
    b
