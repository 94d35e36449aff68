# Where a coroutine waits for the next item of an async generator, `cr_await` is what `__anext__` gave; who sends into it by
# hand uses it up.


class Pause:
    def __await__(self):
        got = yield "paused"
        return got


async def numbers(limit):
    try:
        for i in range(limit):
            if i % 2:
                print("numbers got", await Pause())
            yield i
    finally:
        print("numbers end")


async def consume(limit):
    return [i async for i in numbers(limit)]


def main():
    coroutine = consume(6)
    print(coroutine.send(None))
    first = coroutine.cr_await
    print(type(first).__name__, coroutine.cr_await is first)
    print(coroutine.send("one"))
    print(coroutine.cr_await is first)
    try:
        coroutine.cr_await.send("by hand")
    except StopIteration as stop:
        print("item", stop.value)
    try:
        coroutine.send("three")
    except RuntimeError as error:
        print(error)


main()
