import socket

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as left, socket.socket(type=socket.SOCK_DGRAM) as right:
    left.bind(("127.0.0.1", 0))
    right.bind(("127.0.0.1", 0))
    print(left.sendto(b"hello", right.getsockname()))
    data, address = right.recvfrom(100)
    print(data, address == left.getsockname())
    right.connect(address)
    right.send(b"a longer answer")
    print(left.recv(8))
    left.settimeout(0.01)
    print(left.gettimeout(), left.type == socket.SOCK_DGRAM, left.family == socket.AF_INET)
    try:
        left.recv(1)
    except TimeoutError as error:
        print(error, error.errno)
print(left.fileno(), socket.AF_INET.value, socket.SOCK_STREAM.value, socket.SOMAXCONN > 0)
print(socket.inet_aton("127.0.0.1"), socket.inet_ntoa(b"\x08\x08\x08\x08"), socket.htons(1))
