# Asynchronous context managers, entered and left by coroutines that are driven by hand.
N = 2_000_000


class Pause:
    def __await__(self):
        yield None


class Lease:
    def __init__(self, log):
        self.log = log

    async def __aenter__(self):
        self.log[0] += 1
        return self

    async def __aexit__(self, kind, error, trace):
        self.log[1] += kind is not None
        return kind is KeyError


async def use(count):
    log = [0, 0]
    pause = Pause()
    for i in range(count):
        async with Lease(log) as lease:
            if i % 16 == 0:
                await pause
            if i % 8 == 0:
                raise KeyError(i)
            lease.log[0] += 1
    return log


def main():
    task = use(N)
    steps = 0
    try:
        while True:
            task.send(None)
            steps += 1
    except StopIteration as stop:
        print(stop.value, steps)


main()
