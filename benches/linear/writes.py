# N pieces written to a stream before any of them is read, and received by a task.
import asyncio
import socket

N = 1_000
TOTAL = 1_000_000
PIECE = b"0123456789abcdef" * 4


async def take(reader, size):
    taken = 0
    while taken < size:
        taken += len(await reader.read(1 << 16))
    return taken


async def main():
    left, right = socket.socketpair()
    _, writer = await asyncio.open_connection(sock=left)
    reader, other = await asyncio.open_connection(sock=right)
    received = 0
    for _ in range(max(TOTAL // N, 1)):
        for _ in range(N):
            writer.write(PIECE)
        received += await take(reader, N * len(PIECE))
    print(received)
    writer.close()
    other.close()


asyncio.run(main())
