# Awaiting objects of several kinds: classes with __await__ as a generator and as an iterator, and coroutines.
N = 1_750_000


class Yields:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got + 1


class Ready:
    def __await__(self):
        return iter(())


async def plain(value):
    return value * 2


async def work(count):
    total = 0
    ready = Ready()
    for i in range(count):
        total += await Yields(i)
        total += await plain(i)
        await ready
    return total


def main():
    task = work(N)
    answer = None
    try:
        while True:
            answer = task.send(answer)
    except StopIteration as stop:
        print(stop.value)


main()
