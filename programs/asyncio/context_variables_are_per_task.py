import asyncio
from contextvars import ContextVar

user = ContextVar("user", default="nobody")


async def handle(name):
    user.set(name)
    await asyncio.sleep(0)
    print(name, "sees", user.get())


async def main():
    await asyncio.gather(handle("ann"), handle("bob"))
    print("main sees", user.get())
    token = user.set("root")
    await asyncio.create_task(asyncio.sleep(0))
    print(user.get(), token.old_value is token.MISSING)
    user.reset(token)
    print(user.get())


asyncio.run(main())
