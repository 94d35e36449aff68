# Instances get room for the attributes that the body of their class sets; where more are set, later instances have room
# for these too. Either way they are the same to scripts.
from dataclasses import dataclass


class Plain:
    pass


def init(self, a, b, c):
    self.a = a
    self.b = b
    self.c = c


Plain.__init__ = init
old = Plain(1, 2, 3)
for n in range(6):
    thing = Plain(n, n + 1, n + 2)
    thing.extra = n
    print(thing.a, thing.b, thing.c, thing.__dict__, old.__dict__)
    old.c = n
    del thing.b
    print(hasattr(thing, "b"), vars(thing), thing.extra)

many = []
for n in range(5):
    thing = Plain(1, 2, 3)
    for k in range(40):
        setattr(thing, f"name{k}", n * k)
    many.append(thing)
print([len(vars(thing)) for thing in many], many[3].name39, many[0].name39, sum(vars(many[4]).values()))


class Derived(Plain):
    def __init__(self):
        super().__init__(7, 8, 9)
        self.own = 10


print([vars(Derived()) for _ in range(3)])


@dataclass
class Record:
    name: str
    size: int = 0
    tags: tuple = ()


records = [Record("r", n) for n in range(4)]
print(records, records[0] == Record("r"), [vars(record) for record in records][::3])


class Failing(Exception):
    pass


def late(self, *args):
    self.first, self.second, self.third = args


Failing.__init__ = late
for n in range(3):
    try:
        raise Failing(n, n, n)
    except Failing as failing:
        print(failing.args, failing.first, failing.third, vars(failing))
