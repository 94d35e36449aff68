# Closures: counters with nonlocal, functions that make functions, decorators and partial application.
N = 1_250_000


def counter(step):
    value = 0

    def advance():
        nonlocal value
        value += step
        return value

    return advance


def compose(first, second):
    return lambda x: second(first(x))


def counted(function):
    def wrapper(*args):
        wrapper.calls += 1
        return function(*args)

    wrapper.calls = 0
    return wrapper


@counted
def twice(x):
    return x * 2


def main():
    advance = counter(3)
    both = compose(twice, compose(lambda x: x + 1, lambda x: x & 0xFFFF))
    total = 0
    for i in range(N):
        total += advance() & 1
        total += both(i)
        add = (lambda n: lambda x: x + n)(i)
        total += add(1)
    print(total, twice.calls)


main()
