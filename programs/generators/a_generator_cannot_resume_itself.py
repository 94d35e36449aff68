def loop():
    yield "first"
    yield next(me)


me = loop()
print(next(me))
try:
    next(me)
except ValueError as error:
    print(type(error).__name__, error)
print(list(me))
