async def forgotten():
    print("never printed")


def start():
    forgotten()
    print("the call made a coroutine and dropped it")


start()
