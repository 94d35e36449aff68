"""Writing far behind the end of an `io.StringIO` is an error, and leaves it as it was."""
import io

for position in 2**62, 2**63 - 1, 10**13:
    stream = io.StringIO("ab")
    stream.seek(position)
    try:
        print(stream.write("c"))
    except (MemoryError, OverflowError) as error:
        print(type(error).__name__, error)
    print(stream.write(""), stream.tell() == position, repr(stream.read()), stream.getvalue())
