# A large integer that only one name or expression holds may be computed with in its place; nobody can tell.
class Loud(int):
    def __radd__(self, other):
        return "radd"

    def __rmul__(self, other):
        return "rmul"

    def __rsub__(self, other):
        return "rsub"


big = 10**60
kept = big
big += 1
big *= 3
big -= 10**59
print(big, kept)
print(big + Loud(1), (big + 1) * Loud(2), (big * 2) - Loud(3))
print((big + 1) + (big - 1), (big + 1) * (big - 1) - big * big, big * 0, (big + 0) - big)
shrunk = 2**200
shrunk -= 2**200 - 5
print(shrunk, type(shrunk).__name__, (2**130 + 1) - 2**130)
twice = 2**150
twice += twice
print(twice == 2**151, (twice + 0) * -1, (twice * 2) * -7)


def factorial(n):
    product = 1
    for i in range(2, n + 1):
        product *= i
    return product


print(factorial(60), factorial(300) % (10**9 + 7))
numbers = [3**90] * 2
for i, number in enumerate(numbers):
    number += i
    number *= 5
print(numbers[0] == numbers[1] == 3**90, number)


def bad(n):
    try:
        n += "text"
    except TypeError as error:
        print(error, n)


bad(7**70)
