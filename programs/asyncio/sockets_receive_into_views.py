"""`recv_into` a window of a buffer, and large amounts at once, into it and as bytes."""
import asyncio
import socket


def pattern(size):
    return bytes(n * 31 % 253 for n in range(size))


left, right = socket.socketpair()
buffer = bytearray(b"." * 16)
view = memoryview(buffer)
left.send(b"hello world")
print(right.recv_into(view[2:7]), buffer)
print(right.recv_into(view[7:], 3), buffer)
print(right.recvfrom_into(buffer)[0], buffer)
for wrong in b"bytes", memoryview(b"bytes"), view[::2]:
    try:
        right.recv_into(wrong)
    except (TypeError, BufferError) as error:
        print(type(error).__name__)

content = pattern(100_000)
received = bytearray()
left.setblocking(False)
sent = 0
while len(received) < len(content):
    if sent < len(content):
        try:
            sent += left.send(memoryview(content)[sent:])
        except BlockingIOError:
            pass
    data = right.recv(60_000)
    assert type(data) is bytes
    received += data
print(received == content)

left.sendmsg([b"in ", bytearray(b"several "), memoryview(b"parts")])
print(right.recv(100), right.recv(0))
left.send(b"peek")
print(right.recv(100, socket.MSG_PEEK), right.recv(100))
try:
    left.sendmsg([b"good", "bad"])
except TypeError as error:
    print(error)


async def main():
    loop = asyncio.get_running_loop()
    right.setblocking(False)
    sending = asyncio.create_task(loop.sock_sendall(left, content * 20))
    target = bytearray(len(content) * 20)
    view = memoryview(target)
    at = 0
    while at < len(target):
        at += await loop.sock_recv_into(right, view[at:])
    await sending
    print(target == content * 20)


asyncio.run(main())
left.close()
right.close()
