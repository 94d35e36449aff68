# Temporary operands of operators in the language: who is asked, in which order, with what, and when the operands die.


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("  gone:", self.name)

    def __add__(self, other):
        print(f"  {self.name}.__add__({getattr(other, 'name', other)})")
        return NotImplemented if self.name == "shy" else f"{self.name}+"

    def __radd__(self, other):
        print(f"  {self.name}.__radd__({getattr(other, 'name', other)})")
        return f"+{self.name}"

    def __iadd__(self, other):
        print(f"  {self.name}.__iadd__({getattr(other, 'name', other)})")
        return self if self.name != "shy" else NotImplemented

    def __lt__(self, other):
        print(f"  {self.name}.__lt__({getattr(other, 'name', other)})")
        return NotImplemented if self.name == "shy" else Answer(self.name)

    def __gt__(self, other):
        print(f"  {self.name}.__gt__({getattr(other, 'name', other)})")
        return NotImplemented if self.name == "shy" else Answer(self.name)


class Quiet(Loud):
    def __del__(self):
        pass


class Sub(Loud):
    def __radd__(self, other):
        print(f"  {self.name}.__radd__ of the subclass")
        return NotImplemented

    def __gt__(self, other):
        print(f"  {self.name}.__gt__ of the subclass")
        return True


class Answer:
    def __init__(self, name):
        self.name = name

    def __bool__(self):
        print(f"  is {self.name} less?")
        return self.name == "small"

    def __del__(self):
        print("  gone: the answer of", self.name)


def attempt(what, action):
    print(what)
    try:
        result = action()
        print("  =", result if isinstance(result, (str, bool)) else type(result).__name__)
    except Exception as error:
        print("  !", type(error).__name__, error)


def add_again(left, right):
    left += right
    return left


def less(left, right):
    if left() < right():
        return "less"
    return "not less"


def fails():
    class Failing(Quiet):
        def __add__(self, other):
            raise ValueError(f"{self.name} fails")

        def __lt__(self, other):
            raise ValueError(f"{self.name} fails")

    try:
        Failing("a") + Failing("b")
    except ValueError as error:
        print("  caught", error)
    try:
        Failing("c") < 3
    except ValueError as error:
        print("  caught", error)
    print("  behind")


attempt("both", lambda: Loud("a") + Loud("b"))
attempt("shy", lambda: Loud("shy") + Loud("b"))
attempt("number", lambda: Loud("a") + 1)
attempt("shy number", lambda: Loud("shy") + 1)
attempt("behind a number", lambda: 1 + Loud("a"))
attempt("behind a string", lambda: "text" + Loud("a"))
attempt("subclass", lambda: Loud("a") + Sub("s"))
attempt("subclass of a shy one", lambda: Loud("shy") + Sub("s"))
attempt("in place", lambda: add_again(Loud("a"), 1))
attempt("in place, shy", lambda: add_again(Quiet("shy"), Quiet("b")))
attempt("less", lambda: less(lambda: Loud("small"), lambda: Loud("b")))
attempt("not less", lambda: less(lambda: Loud("a"), lambda: 2))
attempt("shy less", lambda: less(lambda: Loud("shy"), lambda: Loud("small")))
attempt("shy less than a number", lambda: less(lambda: Loud("shy"), lambda: 2))
attempt("less than a subclass", lambda: less(lambda: Loud("a"), lambda: Sub("s")))
attempt("a value", lambda: bool(Loud("small") < Loud("b")))
attempt("chained", lambda: bool(Loud("small") < Loud("small") < Loud("b")))
fails()
