from functools import total_ordering


@total_ordering
class Version:
    def __init__(self, text):
        self.parts = tuple(map(int, text.split(".")))

    def __eq__(self, other):
        return isinstance(other, Version) and self.parts == other.parts

    def __lt__(self, other):
        return self.parts < other.parts

    def __hash__(self):
        return hash(self.parts)

    def __format__(self, spec):
        return ".".join(map(str, self.parts[: int(spec or 3)]))


versions = [Version(text) for text in ("1.10.2", "1.9.9", "1.10.2")]
print(" < ".join(f"{v:2}" for v in sorted(set(versions))))
print(versions[0] >= versions[1], versions[0] == versions[2], f"{max(versions)}")


class Unhashable:
    def __eq__(self, other):
        return True


try:
    {Unhashable()}
except TypeError as error:
    print(error)
try:
    object() < object()
except TypeError as error:
    print(error)
