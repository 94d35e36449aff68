import asyncio


async def guest(name, lock, turns):
    for _ in range(turns):
        async with lock:
            print(name, "has it")
            await asyncio.sleep(0)
        print(name, "gave it back")


async def main():
    lock = asyncio.Lock()
    await asyncio.gather(guest("ann", lock, 2), guest("bob", lock, 1), guest("cyd", lock, 1))
    print(lock.locked(), str(lock)[-11:])
    try:
        lock.release()
    except RuntimeError as error:
        print(error)
    gate = asyncio.BoundedSemaphore(1)
    async with gate:
        print(gate.locked())
    try:
        gate.release()
    except ValueError as error:
        print(error)
    barrier = asyncio.Barrier(3)
    print(sorted(await asyncio.gather(*(barrier.wait() for _ in range(3)))))


asyncio.run(main())
