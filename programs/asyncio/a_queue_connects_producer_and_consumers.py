import asyncio


async def produce(queue):
    for number in range(5):
        await queue.put(number)
        print("put", number, "size", queue.qsize())


async def consume(name, queue):
    while True:
        number = await queue.get()
        await asyncio.sleep(0)
        print(name, "handled", number)
        queue.task_done()


async def main():
    queue = asyncio.Queue(maxsize=2)
    consumers = [asyncio.create_task(consume(name, queue)) for name in ("left", "right")]
    await produce(queue)
    await queue.join()
    for consumer in consumers:
        consumer.cancel()
    print(await asyncio.gather(*consumers, return_exceptions=True))


asyncio.run(main())
