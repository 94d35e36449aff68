import inspect
from types import coroutine


@coroutine
def wait():
    yield "waiting"


async def main():
    await wait()


run = main()
print(inspect.iscoroutine(run), inspect.iscoroutinefunction(main), inspect.isawaitable(run))
print(inspect.getcoroutinestate(run))
print(run.send(None), run.cr_await.__name__)
print(inspect.getcoroutinestate(run))
run.close()
print(inspect.getcoroutinestate(run), run.cr_frame)
