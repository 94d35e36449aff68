from types import coroutine


@coroutine
def step(label):
    yield label


class Transaction:
    async def __aenter__(self):
        await step("begin")
        return self

    async def __aexit__(self, kind, error, traceback):
        await step("commit" if kind is None else f"rollback: {error}")
        return kind is ValueError


async def main():
    async with Transaction() as transaction:
        await step(type(transaction).__name__)
    async with Transaction():
        raise ValueError("bad amount")
    async with Transaction() as first, Transaction() as second:
        await step(f"two of them: {first is not second}")


running = main()
try:
    while True:
        print(running.send(None))
except StopIteration:
    print("finished")
