def documented(a, b=2, *, c=3):
    """The first line.

    More lines.
    """
    documented.calls += 1
    return a + b + c


documented.calls = 0
documented(1)
documented(1, c=0)
print(documented.__doc__.splitlines()[0], documented.calls)
print(documented.__name__, documented.__module__, documented.__defaults__, documented.__kwdefaults__)
print(documented.__code__.co_varnames, documented.__code__.co_argcount, documented.__code__.co_name)
print((lambda: None).__name__, documented.__get__(5)(), vars(documented))
