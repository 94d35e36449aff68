def inner():
    received = []
    while True:
        word = yield len(received)
        if word is None:
            return received
        received.append(word)


def middle():
    return (yield from inner())


def outer():
    words = yield from middle()
    yield "got " + ", ".join(words)


chain = outer()
print(next(chain))
print(chain.send("to"))
print(chain.send("the"))
print(chain.send("bottom"))
print(chain.send(None))
