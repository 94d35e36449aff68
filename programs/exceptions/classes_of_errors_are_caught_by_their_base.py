class AppError(Exception):
    """Base of everything this program raises."""


class NotFound(AppError):
    def __init__(self, name):
        super().__init__(f"no such thing: {name}")
        self.name = name


class Denied(AppError, PermissionError):
    pass


for error in (NotFound("unicorn"), Denied("keep out"), KeyError("k"), StopIteration(3)):
    try:
        raise error
    except (NotFound, KeyError) as caught:
        print("missing:", caught, caught.args)
    except OSError as caught:
        print("system:", caught, isinstance(caught, AppError))
    except Exception as caught:
        print("other:", repr(caught))
