import asyncio


async def deposit(lock, account, amount):
    async with lock:
        balance = account["balance"]
        await asyncio.sleep(0)
        account["balance"] = balance + amount
        print("balance", account["balance"])


async def main():
    lock = asyncio.Lock()
    account = {"balance": 0}
    await asyncio.gather(*(deposit(lock, account, amount) for amount in (10, 20, 30)))
    print(account, lock.locked())


asyncio.run(main())
