import inspect


def only_keyword(*, c): pass
def one_and_keyword(a, *, c): pass
def any_and_keyword(a, *rest, c): pass
def defaults(a, b=1, *, c, d=2): pass
def everything(a, /, b, *rest, c=3, **more): pass


def bind(function, *args, **kwargs):
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
        bound.apply_defaults()
        print(function.__name__, bound, bound.args, bound.kwargs)
    except TypeError as error:
        print(function.__name__, error)


for function in (only_keyword, one_and_keyword, any_and_keyword, defaults, everything):
    print(inspect.signature(function))
    bind(function)
    bind(function, 1)
    bind(function, 1, 2)
    bind(function, 1, 2, 3)
    bind(function, 1, z=2)
    bind(function, 1, c=2)
    bind(function, 1, b=1, c=2)
