def nested(depth):
    if depth == 0:
        for _ in range(3):
            received = yield "leaf"
            if received:
                print("leaf received", received)
        return 0
    return 1 + (yield from nested(depth - 1))


chain = nested(900)
print(next(chain))
print(chain.send("a message"))
print(next(chain))
try:
    next(chain)
except StopIteration as stop:
    print("depth", stop.value)
