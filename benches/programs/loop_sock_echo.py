# Sockets without transports: sock_recv and sock_sendall over pairs of sockets.
import asyncio
import socket

N = 40_000
PAIRS = 20


async def echo(loop, end):
    while data := await loop.sock_recv(end, 64):
        await loop.sock_sendall(end, data)
    end.close()


async def ask(loop, end, turns):
    total = 0
    for i in range(turns):
        await loop.sock_sendall(end, b"question %d" % i)
        total += len(await loop.sock_recv(end, 64))
    end.close()
    return total


async def main():
    loop = asyncio.get_running_loop()
    asks = []
    echoes = []
    for _ in range(PAIRS):
        near, far = socket.socketpair()
        near.setblocking(False)
        far.setblocking(False)
        asks.append(ask(loop, near, N // PAIRS))
        echoes.append(asyncio.create_task(echo(loop, far)))
    print(sum(await asyncio.gather(*asks)))
    await asyncio.gather(*echoes)


asyncio.run(main())
