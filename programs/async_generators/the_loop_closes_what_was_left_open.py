import asyncio


async def stream():
    try:
        while True:
            yield "data"
    finally:
        print("stream cleaned up")


async def main():
    global source
    source = stream()
    print(await anext(source))
    print("main ends")


asyncio.run(main())
print("run returned")
