# `async for` and an asynchronous comprehension over a class with __aiter__ and __anext__.
N = 3_500_000


class Countdown:
    def __init__(self, start):
        self.left = start

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.left == 0:
            raise StopAsyncIteration
        self.left -= 1
        return self.left


async def consume(limit):
    total = 0
    async for value in Countdown(limit):
        total += value
    squares = [value * value % 7 async for value in Countdown(limit) if value & 1]
    return total + sum(squares)


def main():
    try:
        consume(N).send(None)
    except StopIteration as stop:
        print(stop.value)


main()
