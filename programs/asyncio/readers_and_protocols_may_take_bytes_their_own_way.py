"""What comes goes right into a stream's buffer, unless a class or an object has its own `feed_data` or `data_received`."""
import asyncio
import socket


class LoudReader(asyncio.StreamReader):
    def feed_data(self, data):
        print("feed_data", data)
        super().feed_data(data)


class LoudProtocol(asyncio.StreamReaderProtocol):
    def data_received(self, data):
        print("data_received", data)
        super().data_received(data.upper())


async def connect(make_reader, make_protocol):
    loop = asyncio.get_running_loop()
    left, right = socket.socketpair()
    reader = make_reader(loop=loop)
    protocol = make_protocol(reader, loop=loop)
    transport, _ = await loop.create_connection(lambda: protocol, sock=left)
    return transport, reader, protocol, right


async def main():
    for make_reader in asyncio.StreamReader, LoudReader:
        for make_protocol in asyncio.StreamReaderProtocol, LoudProtocol:
            print(make_reader.__name__, make_protocol.__name__)
            transport, reader, protocol, other = await connect(make_reader, make_protocol)
            other.send(b"one\ntwo")
            print(await reader.readline())
            other.send(b" three")
            print(await reader.readexactly(9))
            if make_reader is asyncio.StreamReader and make_protocol is asyncio.StreamReaderProtocol:
                # From now on this object has its own way.
                fed = []
                feed = reader.feed_data
                reader.feed_data = lambda data: (fed.append(data), feed(data))
                other.send(b"four")
                print(await reader.read(2), await reader.read(10), fed)
                del reader.feed_data
            other.send(b"last")
            other.close()
            print(await reader.read(), reader.at_eof())
            transport.close()


asyncio.run(main())
