import asyncio


async def serve(reader, writer):
    number = int(await reader.readexactly(3))
    writer.write(b"%06d" % (number * number))
    await writer.drain()
    writer.close()


async def ask(port, number):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"%03d" % number)
    answer = await reader.read()
    writer.close()
    return int(answer)


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        answers = await asyncio.gather(*(ask(port, number) for number in range(50)))
    print(sum(answers), answers[:5], answers[-1])


asyncio.run(main())
