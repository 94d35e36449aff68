async def once():
    return "value"


async def main():
    coroutine = once()
    print(await coroutine)
    try:
        await coroutine
    except RuntimeError as error:
        print(error)


try:
    main().send(None)
except StopIteration:
    print("main finished")
