# Streams over TCP on loopback: a few clients send blocks of many lines and read them back.
import asyncio

N = 3_000
CLIENTS = 4
LINES = 40


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        if line == b"end\n":
            await writer.drain()
    writer.close()


async def client(port, turns):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    block = b"".join(b"line %d of it\n" % i for i in range(LINES)) + b"end\n"
    total = 0
    for _ in range(turns):
        writer.write(block)
        await writer.drain()
        for _ in range(LINES + 1):
            total += len(await reader.readline())
    writer.close()
    return total


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(sum(await asyncio.gather(*[client(port, N // CLIENTS) for _ in range(CLIENTS)])))
    server.close()


asyncio.run(main())
