from dataclasses import dataclass, field
from enum import Enum, Flag, auto


@dataclass(order=True)
class Task:
    priority: int
    name: str = field(compare=False)
    tags: list[str] = field(default_factory=list, repr=False)


class Colour(Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1


class Access(Flag):
    READ = auto()
    WRITE = auto()


print(Task(2, "write"), Task(1, "x") < Task(2, "a"), Task(1, "a") == Task(1, "b"))
print(Colour.RED, repr(Colour(2)), Colour.CRIMSON is Colour.RED, [c.name for c in Colour], Colour["GREEN"].value)
print(Access.READ | Access.WRITE, Access.READ in Access(3), repr(Access(0)))
