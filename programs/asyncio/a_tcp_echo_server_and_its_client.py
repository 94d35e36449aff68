import asyncio


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    print("client left")
    writer.close()
    await writer.wait_closed()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for word in (b"hello\n", b"coroutines\n"):
        writer.write(word)
        print((await reader.readline()).decode().strip())
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.02)
    server.close()
    await server.wait_closed()
    print("server closed")


asyncio.run(main())
