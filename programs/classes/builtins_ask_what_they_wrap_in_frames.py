# `staticmethod`, `property`, `super`, `str` subclasses, `vars`, generic aliases and unions ask what they are given.
import types
import contextvars

log = []


class Function:
    def __getattr__(self, name):
        log.append(name)
        if name in ("__doc__", "__name__"):
            return f"the {name}"
        raise AttributeError(name)

    def __call__(self, *args):
        return args


def shown(what):
    print(what, log)
    log.clear()


wrapped = staticmethod(Function())
shown((wrapped.__name__, hasattr(wrapped, "__qualname__")))
wrapped = classmethod(Function())
shown(wrapped.__name__)


class Getter:
    @property
    def __doc__(self):
        log.append("doc")
        return "text of the getter"

    def __call__(self, this):
        return 5


shown(property(Getter()).__doc__)


class Base:
    def who(self):
        return "base"


class Derived(Base):
    def who(self):
        return "derived"


class Claims:
    @property
    def __class__(self):
        log.append("class")
        return Derived


shown((isinstance(Claims(), Derived), isinstance(Claims(), (int, Base)), isinstance(Claims(), int | str)))
shown(super(Derived, Claims()).__thisclass__)
try:
    super(int, Claims())
except TypeError as error:
    shown(error)


class Namespace:
    @property
    def __dict__(self):
        log.append("dict")
        return {"a": 1}


shown(vars(Namespace()))
try:
    vars(5)
except TypeError as error:
    print(error)


class Text(str):
    pass


class Shown:
    def __str__(self):
        log.append("str")
        return "shown"

    def __repr__(self):
        log.append("repr")
        return "Shown()"

    def __hash__(self):
        log.append("hash")
        return 7

    def __eq__(self, other):
        log.append("eq")
        return isinstance(other, Shown)


shown((Text(Shown()), type(Text(Shown())), str(object=Shown())))
alias = types.GenericAlias(list, (Shown(), int))
shown(alias)
shown(hash(alias) == hash(types.GenericAlias(list, (Shown(), int))))
shown(alias == types.GenericAlias(list, (Shown(), int)))
shown(list[list[Shown()]])
variable = contextvars.ContextVar("variable", default=Shown())
shown(repr(variable).split(" at ")[0])
shown({slice(Shown(), None): 1} == {slice(Shown(), None): 1})


class Box[T]:
    def __init__(self, content):
        log.append(content)

    def __setattr__(self, name, value):
        log.append(name)
        super().__setattr__(name, value)


shown(Box[int](5).__orig_class__)


class Closed[T]:
    __slots__ = ()


shown(type(Closed[int]()).__name__)


class Items:
    def keys(self):
        return iter("ab")

    def __getitem__(self, key):
        log.append(key)
        return key

    def __iter__(self):
        log.append("iter")
        yield "a"
        yield "b"

    def __len__(self):
        return 2


proxy = types.MappingProxyType(Items())
shown(list(proxy))
shown([key for key in proxy])
shown(sorted(proxy, reverse=True))
shown(proxy["a"])
try:
    if NotImplemented:
        print("true")
except TypeError as error:
    print(error)
