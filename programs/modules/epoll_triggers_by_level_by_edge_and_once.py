import os
import select

print([getattr(select, name) for name in (
    "EPOLLIN", "EPOLLPRI", "EPOLLOUT", "EPOLLERR", "EPOLLHUP", "EPOLLRDNORM", "EPOLLRDHUP",
    "EPOLLEXCLUSIVE", "EPOLLONESHOT", "EPOLLET",
)])


def polls(flags):
    reader, writer = os.pipe()
    with select.epoll() as epoll:
        epoll.register(reader, select.EPOLLIN | flags)
        os.write(writer, b"a")
        counts = [len(epoll.poll(0)), len(epoll.poll(0))]
        os.write(writer, b"b")
        counts.append(len(epoll.poll(0, maxevents=1)))
        epoll.modify(reader, select.EPOLLIN | flags)
        counts.append(len(epoll.poll(0)))
        os.close(writer)
        hung_up = any(event & select.EPOLLHUP for _, event in epoll.poll(0))
    os.close(reader)
    return counts, hung_up


print("level", polls(0))
print("edge", polls(select.EPOLLET))
print("once", polls(select.EPOLLONESHOT))
epoll = select.epoll()
for action in (lambda: epoll.unregister(9999), lambda: epoll.modify(9999, 0), lambda: epoll.register(-1)):
    try:
        action()
    except (OSError, ValueError) as error:
        print(type(error).__name__, error)
epoll.close()
try:
    epoll.poll(0)
except ValueError as error:
    print(error)
