# Exceptions that pass through ten awaiting coroutines, each with a `finally`, and are caught by the first.
N = 250_000
DEPTH = 10


class Refused(Exception):
    pass


async def descend(depth, log, code):
    try:
        if depth == 0:
            raise Refused(code)
        await descend(depth - 1, log, code)
    finally:
        log[0] += depth


async def attempt(count):
    log = [0, 0]
    for i in range(count):
        try:
            await descend(DEPTH, log, i)
        except Refused as refused:
            log[1] = (log[1] + refused.args[0]) % 1000003
    return log


def main():
    try:
        attempt(N).send(None)
    except StopIteration as stop:
        print(stop.value)


main()
