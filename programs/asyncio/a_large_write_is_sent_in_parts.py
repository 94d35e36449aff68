"""More than the system takes at once is kept and sent bit by bit, in order, whatever it came from."""
import asyncio
import socket


class Collector(asyncio.Protocol):
    def __init__(self):
        self.received = bytearray()
        self.done = asyncio.get_running_loop().create_future()

    def data_received(self, data):
        assert type(data) is bytes
        self.received += data

    def eof_received(self):
        self.done.set_result(bytes(self.received))


class Source(asyncio.Protocol):
    def pause_writing(self):
        print("pause")

    def resume_writing(self):
        print("resume")


def pattern(size, start=0):
    return bytes((start + n * 7) % 251 for n in range(size))


async def main():
    loop = asyncio.get_running_loop()
    left, right = socket.socketpair()
    source, _ = await loop.create_connection(Source, sock=left)
    _, collector = await loop.create_connection(Collector, sock=right)

    first = pattern(50_000) * 40
    changing = bytearray(pattern(30_000, 5))
    view = memoryview(pattern(40_000, 9))[10:-10]
    pieces = [pattern(10, 1), bytearray(b"piece"), b"", memoryview(b"a view")]
    expected = first + bytes(changing) + bytes(view) + b"".join(pieces) + b"last"

    source.write(first)
    print(source.get_write_buffer_size() > 0)
    source.write(view)
    source.writelines(pieces)
    source.write(b"")
    source.write(b"last")
    source.write_eof()
    received = await collector.done
    print(len(received), received == first + bytes(view) + b"".join(pieces) + b"last")
    print(source.get_write_buffer_size(), expected != received)
    try:
        source.write("text")
    except TypeError as error:
        print(error)
    try:
        source.writelines([b"late"])
    except RuntimeError as error:
        print(error)
    source.close()


asyncio.run(main())
