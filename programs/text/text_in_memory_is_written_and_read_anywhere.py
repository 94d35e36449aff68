"""`io.StringIO`: positions count characters, writing behind the end fills up, newlines are as asked for."""
import contextlib
import io

stream = io.StringIO("héllo\nwörld\n")
print(repr(stream.readline()), stream.tell(), repr(stream.read(3)), stream.tell())
stream.write("€€")
print(repr(stream.getvalue()), stream.tell())
stream.seek(15)
print(repr(stream.read()), stream.write("end"), repr(stream.getvalue()))
print(stream.truncate(4), stream.tell(), repr(stream.getvalue()))
print(stream.seek(0, 2), stream.seek(0), list(stream))

for newline in None, "", "\n", "\r", "\r\n":
    stream = io.StringIO(newline=newline)
    stream.write("one\ntwo\r\nthree\rfour")
    stream.seek(0)
    print(repr(newline), repr(stream.getvalue()), stream.readlines(), stream.tell())

stream = io.StringIO()
print("several", 1, None, sep=", ", file=stream)
with contextlib.redirect_stdout(stream):
    print("redirected")
stream.writelines(["a", "b\n"])
print(repr(stream.getvalue()))


class Shouting(io.StringIO):
    def write(self, text):
        return super().write(text.upper())


shouting = Shouting("as it is ")
shouting.seek(0, 2)
print("loud", file=shouting)
print(repr(shouting.getvalue()))

for wrong in (
    lambda: stream.write(b"bytes"),
    lambda: stream.read("x"),
    lambda: stream.seek(-1),
    lambda: stream.seek(1, 1),
    lambda: stream.seek(0, 3),
    lambda: stream.truncate(-1),
    lambda: io.StringIO(1),
    lambda: io.StringIO("", "x"),
):
    try:
        print(wrong())
    except (TypeError, ValueError, OSError) as error:
        print(type(error).__name__, error)
stream.close()
for closed in stream.getvalue, stream.read, stream.tell, stream.readable, stream.__enter__:
    try:
        closed()
    except ValueError as error:
        print(error)
print(stream.closed, stream.flush())
