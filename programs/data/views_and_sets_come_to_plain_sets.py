"""Operators of a dict's keys and items give a plain set, whatever set or sequence stands on the other side."""


class Custom(set):
    def intersection(self, other):
        return Custom(super().intersection(other))


small = {"a": 1, "b": 2}
large = {"b": 2, "c": 3, "d": 4}
for others in small, large:
    for make in dict.keys, set, frozenset, Custom, tuple, dict.items:
        other = make(others)
        for view in small.keys(), large.keys(), small.items():
            results = [view & other, view | other, view - other, view ^ other]
            print(make.__name__, [(type(result).__name__, len(result)) for result in results])
        if make is not tuple:
            print("reversed", [type(result).__name__ for result in (other & small.keys(), other | small.keys())])
