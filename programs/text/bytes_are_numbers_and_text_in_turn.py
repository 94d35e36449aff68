data = b"GET /index HTTP/1.1\r\n"
method, path, version = data.split()
print(method, path.decode(), version[0], data[-2:], list(b"abc"))
print(bytes([104, 105]), bytes(3), bytes.fromhex("00ff 7f"), b"\x00\xff".hex(), b"a" + b"b" * 2)
print(data.startswith(b"GET"), data.find(b"HTTP"), b"%s=%d" % (b"n", 5), b"it's")
buffer = bytearray(b"hello")
buffer[0] = ord("J")
buffer.extend(b"!")
print(buffer, buffer.upper(), "é".encode("latin-1"), len("é".encode()))
try:
    b"\xff".decode()
except UnicodeDecodeError as error:
    print(error)
