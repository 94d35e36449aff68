"""The module struct: sizes, alignment, byte orders, and what does not fit."""

import struct

print([struct.calcsize(format) for format in ("bhiq", "<bhiq", "bq0i", "10s", "@bl", "=bl", "")])
packed = struct.pack(">hI3s5p?x", -2, 4_000_000_000, b"abcdef", b"ab", True)
print(packed, struct.unpack(">hI3s5p?x", packed))
print(struct.pack("<efd", 1.5, -2.25, 0.1), struct.unpack("<e", b"\xff\x7b"), struct.unpack("<2f", bytes(8)))
print(struct.unpack("<qQ", b"\xff" * 16), struct.pack("<n" if False else "n", -1))

buffer = bytearray(10)
struct.pack_into("<h", buffer, 3, 258)
struct.pack_into("<h", buffer, -2, -1)
print(buffer, struct.unpack_from("<h", buffer, 3), list(struct.iter_unpack("<BH", b"\1\2\3\4\5\6")))

header = struct.Struct("!HHI")
print(header, header.size, header.unpack(header.pack(80, 443, 7)))


class Index:
    def __index__(self):
        return 300


for format, *values in (("B", 256), ("h", Index()), ("b", Index()), ("i", 1.5), ("f", 1e300), ("<f", 1e300), ("d", "x"),
                        ("c", b"ab"), ("s", "text"), ("hh", 1), ("Q", -1), ("<q", 2 ** 63), ("z", 1), ("3", 1), ("<n", 1)):
    try:
        print(format, struct.pack(format, *values))
    except (struct.error, OverflowError) as error:
        print(format, type(error).__name__, error)
for call in (lambda: struct.unpack("<i", b"123"), lambda: struct.unpack_from("<i", b"1234", 1),
             lambda: struct.pack_into("<i", bytearray(4), 2, 1), lambda: struct.iter_unpack("<i", b"12345")):
    try:
        call()
    except struct.error as error:
        print(error)
