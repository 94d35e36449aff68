# readline() of a stream's reader: lines in pieces, long lines, the end, and a class with its own readuntil().
import asyncio


class Loud(asyncio.StreamReader):
    async def readuntil(self, separator=b"\n"):
        print("readuntil", separator)
        return await super().readuntil(separator)


async def lines(reader):
    while True:
        try:
            line = await reader.readline()
        except ValueError as error:
            print("ValueError:", error)
            continue
        print(line)
        if not line:
            return


async def feed(reader):
    for piece in [b"one\ntwo\nthr", b"ee", b"\n", b"\n", b"x" * 30, b"y\n", b"z\n" + b"w" * 20 + b"\nend"]:
        reader.feed_data(piece)
        await asyncio.sleep(0)
    reader.feed_eof()


async def main():
    for cls in (asyncio.StreamReader, Loud):
        reader = cls(limit=16)
        await asyncio.gather(lines(reader), feed(reader))
    reader = asyncio.StreamReader()
    waiting = asyncio.create_task(reader.readline())
    await asyncio.sleep(0)
    try:
        await reader.readline()
    except RuntimeError as error:
        print(error)
    reader.set_exception(OSError("gone"))
    try:
        await waiting
    except OSError as error:
        print(error)
    try:
        await reader.readline()
    except OSError as error:
        print(error)


asyncio.run(main())
