"""Type parameters and aliases, also those of def f[T], class C[T] and type X = ….

The interpreter calls the functions at the end; typing shows the classes.
"""

import sys


class _NoDefault:
    """The default of a type parameter that has none."""

    __slots__ = ()

    def __new__(cls):
        return NoDefault

    def __repr__(self):
        return "typing.NoDefault"

    def __reduce__(self):
        return "NoDefault"


NoDefault = object.__new__(_NoDefault)


class _Operand:
    """Gives annotations the operator |."""

    __slots__ = ()

    def __or__(self, other):
        from typing import Union
        return Union[self, other]

    def __ror__(self, other):
        from typing import Union
        return Union[other, self]


class _Parameter(_Operand):
    """What type parameters have in common."""

    def __init__(self, name, default):
        self.__name__ = name
        self.__default__ = default
        self.__module__ = sys._getframe(2).f_globals.get("__name__")

    def __getattr__(self, name):
        # Bounds and defaults in brackets are computed when asked for.
        compute = self.__dict__.get("_lazy", {}).get(name)
        if compute is None:
            raise AttributeError(f"{type(self).__name__!r} object has no "
                                 f"attribute {name!r}", name=name, obj=self)
        value = compute()
        setattr(self, name, value)
        return value

    def _compute(self, name, function):
        """Lets the function compute the attribute, once."""
        delattr(self, name)
        self.__dict__.setdefault("_lazy", {})[name] = function

    def has_default(self):
        lazy = self.__dict__.get("_lazy", {})
        return "__default__" in lazy or self.__default__ is not NoDefault

    def __repr__(self):
        return self.__name__

    def __mro_entries__(self, bases):
        raise TypeError(f"Cannot subclass an instance of {type(self).__name__}")


class _Variable(_Parameter):
    """A parameter with a bound and a variance."""

    def __init__(self, name, bound, covariant, contravariant, infer, default):
        if covariant and contravariant:
            raise ValueError("Bivariant types are not supported.")
        if infer and (covariant or contravariant):
            raise ValueError("Variance cannot be specified with "
                             "infer_variance.")
        super().__init__(name, default)
        self.__module__ = sys._getframe(2).f_globals.get("__name__")
        self.__bound__ = bound
        self.__covariant__ = bool(covariant)
        self.__contravariant__ = bool(contravariant)
        self.__infer_variance__ = bool(infer)

    def __repr__(self):
        sign = ("" if self.__infer_variance__ else
                "+" if self.__covariant__ else
                "-" if self.__contravariant__ else "~")
        return sign + self.__name__


class TypeVar(_Variable):
    """A type variable."""

    def __init__(self, name, *constraints, bound=None, covariant=False,
                 contravariant=False, infer_variance=False, default=NoDefault):
        super().__init__(name, bound, covariant, contravariant,
                         infer_variance, default)
        if len(constraints) == 1:
            raise TypeError("A single constraint is not allowed")
        if constraints and bound is not None:
            raise TypeError("Constraints cannot be combined with bound=...")
        self.__constraints__ = constraints


class ParamSpec(_Variable):
    """A variable for the parameters of a callable."""

    def __init__(self, name, *, bound=None, covariant=False,
                 contravariant=False, infer_variance=False, default=NoDefault):
        super().__init__(name, bound, covariant, contravariant,
                         infer_variance, default)

    @property
    def args(self):
        return ParamSpecArgs(self)

    @property
    def kwargs(self):
        return ParamSpecKwargs(self)


class ParamSpecArgs(_Operand):
    """P.args of a ParamSpec P."""

    _part = "args"

    def __init__(self, origin):
        self.__origin__ = origin

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return self.__origin__ == other.__origin__

    def __hash__(self):
        return hash((self._part, self.__origin__))

    def __repr__(self):
        name = getattr(self.__origin__, "__name__", None)
        return f"{name or repr(self.__origin__)}.{self._part}"

    def __mro_entries__(self, bases):
        raise TypeError(f"Cannot subclass an instance of {type(self).__name__}")


class ParamSpecKwargs(ParamSpecArgs):
    """P.kwargs of a ParamSpec P."""

    _part = "kwargs"


class TypeVarTuple(_Parameter):
    """A variable for any number of types."""

    def __init__(self, name, *, default=NoDefault):
        super().__init__(name, default)

    def __iter__(self):
        from typing import Unpack
        yield Unpack[self]


class TypeAliasType(_Operand):
    """What a `type` statement makes: a name for a type."""

    def __init__(self, name, value, *, type_params=()):
        if not isinstance(type_params, tuple):
            raise TypeError("type_params must be a tuple")
        self._set(sys._getframe(1).f_globals.get("__name__"), _name=name,
                  _type_params=type_params, _value=value)

    def _set(self, module, **parts):
        self.__dict__.update(parts, __module__=module)

    def __setattr__(self, name, value):
        if hasattr(type(self), name):
            raise AttributeError("readonly attribute")
        raise AttributeError(f"'typing.TypeAliasType' object has no attribute "
                             f"{name!r} and no __dict__ for setting new "
                             "attributes")

    @property
    def __name__(self):
        return self._name

    @property
    def __type_params__(self):
        return self._type_params

    @property
    def __parameters__(self):
        return tuple(part for param in self._type_params for part in
                     (param if isinstance(param, TypeVarTuple) else (param,)))

    @property
    def __value__(self):
        if "_value" not in self.__dict__:
            self.__dict__["_value"] = self._compute()
        return self._value

    def __getitem__(self, args):
        if not self._type_params:
            raise TypeError("Only generic type aliases are subscriptable")
        return type(list[int])(self, args)

    def __repr__(self):
        return self._name


def _no_subclass(cls, **kwargs):
    raise TypeError(f"type 'typing.{cls.__base__.__name__}' is not an "
                    "acceptable base type")


for _class in (TypeVar, ParamSpec, TypeVarTuple, TypeAliasType):
    _class.__init_subclass__ = classmethod(_no_subclass)

for _class in (_NoDefault, TypeVar, ParamSpec, ParamSpecArgs, ParamSpecKwargs,
               TypeVarTuple, TypeAliasType):
    _class.__module__ = "typing"
del _class


# Called by the interpreter. The functions it hands in compute what stands
# behind a colon or an equals sign.

def _of_typing(param):
    param.__module__ = "typing"
    return param


def type_var(name):
    return _of_typing(TypeVar(name, infer_variance=True))


def type_var_with_bound(name, function):
    param = type_var(name)
    param._compute("__bound__", function)
    return param


def type_var_with_constraints(name, function):
    param = type_var(name)
    param._compute("__constraints__", function)
    return param


def param_spec(name):
    return _of_typing(ParamSpec(name, infer_variance=True))


def type_var_tuple(name):
    return _of_typing(TypeVarTuple(name))


def set_default(param, function):
    param._compute("__default__", function)
    return param


def generic(params):
    from typing import Generic, Unpack
    return Generic[tuple(
        Unpack[param] if isinstance(param, TypeVarTuple) else param
        for param in params)]


def type_alias(parts):
    name, params, function = parts
    alias = TypeAliasType.__new__(TypeAliasType)
    alias._set(function.__globals__.get("__name__"), _name=name,
               _type_params=params or (), _compute=function)
    return alias
