def numbers(limit):
    for n in range(limit):
        print("make", n)
        yield n


def evens(source):
    for n in source:
        if n % 2 == 0:
            yield n


def squares(source):
    for n in source:
        yield n * n


for value in squares(evens(numbers(5))):
    print("got", value)
