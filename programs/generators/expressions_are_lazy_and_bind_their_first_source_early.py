data = [1, 2, 3]
doubled = (2 * x for x in data)
data = ["replaced"]
print(next(doubled))
print(sum(doubled))

factor = 10
scaled = (factor * x for x in [1, 2, 3])
factor = 100
print(list(scaled))

pairs = ((a, b) for a in range(3) for b in range(a))
print(list(pairs))
print(type(pairs).__name__, any(n > 2 for n in range(10)))
