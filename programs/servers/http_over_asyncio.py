"""Answers every request with what was asked for: an HTTP server of a page."""
import argparse
import asyncio


async def handle(reader, writer):
    request = (await reader.readline()).decode().split()
    while (await reader.readline()).strip():
        pass
    method, path = request[0], request[1]
    await asyncio.sleep(0)
    body = f"{method} {path}\n".encode()
    writer.write(
        b"HTTP/1.1 200 OK\r\n"
        b"Content-Type: text/plain\r\n"
        b"Content-Length: %d\r\n"
        b"Connection: close\r\n\r\n" % len(body)
    )
    writer.write(body)
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def main(host, port):
    server = await asyncio.start_server(handle, host, port)
    print("listening on port", server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    options = parser.parse_args()
    asyncio.run(main(options.host, options.port))
