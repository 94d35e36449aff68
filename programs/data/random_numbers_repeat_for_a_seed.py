import random

random.seed(42)
print([random.randint(1, 6) for _ in range(10)])
print(random.random(), random.uniform(5, 10))
print(random.choice(["red", "green", "blue"]), random.sample(range(100), 5))
cards = list("A23456789")
random.shuffle(cards)
print("".join(cards), f"{random.gauss(0, 1):.6f}")
print(random.Random("a text").getrandbits(64))
