"""Echoes lines to many clients: one generator for each connection, resumed when epoll says it can go on."""
import argparse
import select
import socket

READ, WRITE = select.EPOLLIN, select.EPOLLOUT


def talk(connection):
    """Yields what it waits for; runs on when that has come."""
    try:
        while True:
            yield READ
            data = connection.recv(1024)
            if not data:
                return
            while data:
                yield WRITE
                data = data[connection.send(data):]
    finally:
        connection.close()


class Server:
    def __init__(self, host, port):
        self.listener = socket.create_server((host, port), backlog=socket.SOMAXCONN)
        self.listener.setblocking(False)
        self.epoll = select.epoll()
        self.epoll.register(self.listener.fileno(), READ)
        self.talks = {}

    def accept(self):
        connection, _ = self.listener.accept()
        connection.setblocking(False)
        descriptor = connection.fileno()
        task = self.talks[descriptor] = talk(connection)
        self.epoll.register(descriptor, next(task))

    def resume(self, descriptor):
        try:
            self.epoll.modify(descriptor, next(self.talks[descriptor]))
        except (StopIteration, ConnectionError):
            # The connection has closed itself, and with that left the epoll.
            del self.talks[descriptor]

    def run(self):
        print("listening on port", self.listener.getsockname()[1], flush=True)
        while True:
            for descriptor, _ in self.epoll.poll():
                if descriptor == self.listener.fileno():
                    self.accept()
                else:
                    self.resume(descriptor)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=12345)
    options = parser.parse_args()
    Server(options.host, options.port).run()
