# A pipeline of generators: numbers are filtered, mapped, batched and summed.
N = 8_000_000


def numbers(limit):
    for n in range(limit):
        yield n


def odd(source):
    for n in source:
        if n & 1:
            yield n


def scaled(source, factor):
    for n in source:
        yield n * factor % 1009


def batches(source, size):
    batch = []
    for n in source:
        batch.append(n)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def main():
    check = 0
    for batch in batches(scaled(odd(numbers(N)), 7), 16):
        check = (check * 31 + sum(batch)) % 1000000007
    print(check)


main()
