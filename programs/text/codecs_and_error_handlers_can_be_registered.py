"""The module codecs: looking codecs up, registering new ones, and handlers for what they cannot do."""

import codecs

info = codecs.lookup("UTF-8")
print(info.name, info.encode("é"), info.decode(b"\xc3\xa9"), len(info))
print(codecs.encode("né", "latin-1"), codecs.decode(b"n\xe9", "latin-1"), codecs.BOM_UTF8)


def stars(error):
    return "*" * (error.end - error.start), error.end


def count(error):
    if isinstance(error, UnicodeDecodeError):
        return f"<{error.object[error.start]}>", error.end
    return b"!", error.end


codecs.register_error("stars", stars)
codecs.register_error("count", count)
print("aéîb".encode("ascii", "stars"), "aéîb".encode("ascii", "count"))
print(b"a\xff\xfeb".decode("utf-8", "count"), codecs.lookup_error("stars") is stars)
for name, text in (("stars", b"\xff".decode), ("unknown", "é".encode)):
    try:
        print(text("ascii", name))
    except (LookupError, UnicodeError) as error:
        print(type(error).__name__, error)


def shift(by):
    def coder(text, errors="strict"):
        return bytes(ord(c) + by for c in text), len(text)

    def decoder(data, errors="strict"):
        return "".join(chr(byte - by) for byte in bytes(data)), len(data)

    return coder, decoder


def search(name):
    if name.startswith("shift"):
        return codecs.CodecInfo(*shift(int(name[5:])), name=name)


codecs.register(search)
print("abc".encode("shift1"), b"bcd".decode("Shift1"), codecs.lookup("shift2").name)
codecs.unregister(search)
try:
    "abc".encode("shift1")
except LookupError as error:
    print(error)

decoder = codecs.getincrementaldecoder("utf-8")()
print([decoder.decode(bytes([byte])) for byte in "é€".encode()], repr(decoder.decode(b"", True)))
print(list(codecs.iterdecode([b"\xe2", b"\x82\xac", b"!"], "utf-8")), b"".join(codecs.iterencode("né", "utf-16")))
