import asyncio


class Countdown:
    def __init__(self, start):
        self.current = start

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.current == 0:
            raise StopAsyncIteration
        self.current -= 1
        await asyncio.sleep(0)
        return self.current + 1


async def main():
    async for number in Countdown(3):
        print(number)
    print([n async for n in aiter(Countdown(5))])
    try:
        async for _ in [1, 2]:
            pass
    except TypeError as error:
        print(error)


asyncio.run(main())
