# A bytearray filled at one end and emptied at the other stays right whatever else is done to it.
import random

buffer = bytearray(b"0123456789")
del buffer[:3]
print(buffer, len(buffer), buffer[0], buffer[-1], buffer[1:3])
buffer += b"abc"
buffer.extend(b"de")
del buffer[0]
print(buffer, buffer.find(b"a"), bytes(buffer))
buffer[:2] = b""
buffer[0] = ord("X")
buffer.insert(0, ord("!"))
print(buffer, buffer == bytearray(b"!X789abcde"[0:2]) + buffer[2:])
buffer += bytes(buffer)
buffer.extend(bytes(buffer[:2]))
print(buffer, hash(bytes(buffer)) == hash(bytes(bytearray(buffer))))
del buffer[:]
print(buffer, not buffer)
buffer.append(65)
print(buffer.pop(), buffer)

rng = random.Random(5)
mirror, buffer = [], bytearray()
for step in range(3000):
    kind = rng.randrange(6)
    if kind <= 1:
        more = bytes(rng.randrange(256) for _ in range(rng.randrange(20)))
        buffer += more
        mirror += more
    elif kind <= 3:
        count = rng.randrange(len(mirror) + 1)
        count = min(count, 15)
        del buffer[:count]
        del mirror[:count]
    elif kind == 4 and mirror:
        place = rng.randrange(len(mirror))
        buffer[place] = mirror[place] = step % 256
    elif mirror:
        place = rng.randrange(len(mirror))
        assert buffer.pop(place) == mirror.pop(place)
    assert buffer == bytes(mirror) and len(buffer) == len(mirror)
print("equal", len(buffer))
