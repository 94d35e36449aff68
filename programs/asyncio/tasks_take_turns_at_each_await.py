import asyncio


async def walk(name, steps):
    for step in range(steps):
        print(name, step)
        await asyncio.sleep(0)
    return f"{name} walked {steps}"


async def main():
    tasks = [asyncio.create_task(walk(name, n)) for name, n in (("ann", 3), ("bob", 1), ("cyd", 2))]
    print("tasks created, none has run")
    for task in tasks:
        print(await task)


asyncio.run(main())
