# N asynchronous generators, each suspended after its first item.
N = 200_000


async def items(start):
    while True:
        yield start
        start += 1


def step(awaitable):
    try:
        awaitable.send(None)
    except StopIteration as stop:
        return stop.value


def main():
    crowd = [items(i) for i in range(N)]
    total = 0
    for _ in range(2):
        for one in crowd:
            total += step(one.__anext__())
    print(total)


main()
