odd = set(range(1, 10, 2))
prime = {2, 3, 5, 7}
print(sorted(odd & prime), sorted(odd | prime), sorted(odd - prime), sorted(odd ^ prime))
print({3, 5} < prime, prime.isdisjoint({4, 6}), prime >= {2})
prime.discard(100)
prime.add(11)
frozen = frozenset(prime)
print(frozen == prime, {frozen: "a key"}[frozenset([2, 3, 5, 7, 11])])
print(len({1, 1.0, True}), set() == frozenset())
try:
    prime.remove(100)
except KeyError as error:
    print("no", error)
