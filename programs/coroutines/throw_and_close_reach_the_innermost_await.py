from types import coroutine


@coroutine
def wait():
    yield "waiting"


async def inner():
    try:
        await wait()
    except ValueError as error:
        return f"inner got {error}"
    finally:
        print("inner cleaned up")


async def outer():
    return "outer: " + await inner()


run = outer()
print(run.send(None))
try:
    run.throw(ValueError("a surprise"))
except StopIteration as stop:
    print(stop.value)
other = outer()
other.send(None)
other.close()
try:
    other.send(None)
except RuntimeError as error:
    print(error)
