import asyncio


async def main():
    reader = asyncio.StreamReader()
    reader.feed_data(b"first line\nsecond")
    print(await reader.readline(), await reader.readexactly(3))
    asyncio.get_running_loop().call_soon(reader.feed_data, b" line|tail")
    print(await reader.readuntil(b"|"))
    reader.feed_eof()
    print(reader.at_eof(), await reader.read(), reader.at_eof(), await reader.readline())
    try:
        await reader.readexactly(4)
    except asyncio.IncompleteReadError as error:
        print(error)


asyncio.run(main())
