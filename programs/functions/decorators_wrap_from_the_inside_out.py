from functools import wraps


def tag(name):
    def decorate(function):
        @wraps(function)
        def wrapper(*args, **options):
            return f"<{name}>{function(*args, **options)}</{name}>"
        return wrapper
    return decorate


@tag("b")
@tag("i")
def greet(name, punctuation="!"):
    """Say hello."""
    return f"hello {name}{punctuation}"


print(greet("ada"), greet("bob", punctuation="?"))
print(greet.__name__, greet.__doc__)
