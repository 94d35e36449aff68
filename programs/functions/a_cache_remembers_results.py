from functools import cache, lru_cache, partial, reduce


@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@lru_cache(maxsize=2)
def square(n):
    print("computing", n)
    return n * n


print(fib(90))
print([square(n) for n in (2, 3, 2, 4, 3)])
print(square.cache_info())
print(reduce(lambda a, b: a * b, range(1, 21)), partial(pow, 2)(10))
