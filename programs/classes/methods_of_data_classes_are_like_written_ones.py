"""What @dataclass adds has the signature, the errors and the place in tracebacks of methods written by hand."""
import inspect
from dataclasses import KW_ONLY, FrozenInstanceError, InitVar, dataclass, field, replace


@dataclass
class Order:
    number: int
    items: list = field(default_factory=list)
    open: bool = True
    total: int = field(default=0, init=False)
    log: dict = field(default_factory=dict, init=False)
    tax: InitVar[int] = 5
    _: KW_ONLY
    note: str = "none"

    def __post_init__(self, tax):
        self.total = sum(self.items) + tax


@dataclass(frozen=True, order=True, slots=True)
class Place:
    self: int
    other: float = 1.0


@dataclass
class Empty:
    pass


@dataclass
class Inverse:
    n: int

    def __post_init__(self):
        self.value = 1 / self.n


for args, names in [
    ((1,), {}),
    ((1, [2, 3], False, 9), {"note": "x"}),
    ((), {}),
    ((1, [], 3, 4, 5), {}),
    ((1,), {"number": 2}),
    ((1,), {"color": 2}),
    ((), {"items": []}),
]:
    try:
        order = Order(*args, **names)
        print(order, order == Order(*args, **names), order == args)
    except TypeError as error:
        print("TypeError:", error)

print(Order(1).items is Order(1).items, Order(1).log is Order(1).log)
print(inspect.signature(Order), inspect.signature(Place), Order.__init__.__qualname__)
print(Place(1), Place(1) < Place(2) <= Place(2, 3.0), len({Place(1), Place(1), Place(2)}), Place(1) == 3)
try:
    Place(1).other = 2
except FrozenInstanceError as error:
    print("FrozenInstanceError:", error)
try:
    print(Place(1) < 3)
except TypeError as error:
    print("TypeError:", error)
print(Empty(), Empty() == Empty(), replace(Place(1), other=4), replace(Order(2), tax=3, number=8))
try:
    Empty(1)
except TypeError as error:
    print("TypeError:", error)
Inverse(0)
