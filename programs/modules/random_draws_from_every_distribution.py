import random

dice = random.Random(2024)
print([dice.randrange(0, 100, 5) for _ in range(6)], dice.getrandbits(40), dice.randbytes(4))
print([round(dice.uniform(-1, 1), 12) for _ in range(3)], dice.triangular(0, 10, 3))
print(dice.gauss(10, 2), dice.normalvariate(0, 1), dice.expovariate(0.5))
print(dice.betavariate(2, 3), dice.gammavariate(2, 1), dice.lognormvariate(0, 0.25))
print(dice.choices("abc", weights=[1, 2, 7], k=8), dice.sample(["x", "y", "z"], k=2, counts=[3, 1, 1]))
state = dice.getstate()
first = [dice.random() for _ in range(3)]
dice.setstate(state)
print(first == [dice.random() for _ in range(3)])
for seed in (1.5, "text", b"bytes", -7, 2 ** 100):
    print(repr(seed)[:12], random.Random(seed).random())
