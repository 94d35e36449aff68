# Protocols and transports on loopback: an echo without streams, thirty connections.
import asyncio

N = 30_000
CLIENTS = 30


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


class Client(asyncio.Protocol):
    def __init__(self, turns, done):
        self.left = turns
        self.total = 0
        self.done = done

    def connection_made(self, transport):
        self.transport = transport
        transport.write(b"ping")

    def data_received(self, data):
        self.total += len(data)
        self.left -= 1
        if self.left:
            self.transport.write(b"ping")
        else:
            self.transport.close()

    def connection_lost(self, error):
        self.done.set_result(self.total)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    ends = [loop.create_future() for _ in range(CLIENTS)]
    for done in ends:
        await loop.create_connection(lambda done=done: Client(N // CLIENTS, done), "127.0.0.1", port)
    print(sum(await asyncio.gather(*ends)))
    server.close()


asyncio.run(main())
