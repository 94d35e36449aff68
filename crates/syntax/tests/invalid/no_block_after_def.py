def f():
b
