# N coroutines, each suspended three awaits deep; then every one is finished.
N = 150_000


class Pause:
    def __await__(self):
        yield None


async def inner(value):
    await Pause()
    return value


async def middle(value):
    return await inner(value) + 1


async def outer(value):
    return await middle(value) + 1


def main():
    crowd = []
    for i in range(N):
        one = outer(i)
        one.send(None)
        crowd.append(one)
    total = 0
    for one in crowd:
        try:
            one.send(None)
        except StopIteration as stop:
            total += stop.value
    print(total)


main()
