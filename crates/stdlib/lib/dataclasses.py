"""Classes that mostly hold data."""

import sys
from types import GenericAlias, MappingProxyType

__all__ = ["dataclass", "field", "Field", "FrozenInstanceError", "InitVar",
           "KW_ONLY", "MISSING", "fields", "asdict", "astuple",
           "make_dataclass", "replace", "is_dataclass"]


class FrozenInstanceError(AttributeError):
    """An attribute of a frozen instance was to be changed."""


class _MISSING_TYPE:
    pass


MISSING = _MISSING_TYPE()


class _KW_ONLY_TYPE:
    pass


KW_ONLY = _KW_ONLY_TYPE()


class _HAS_DEFAULT_FACTORY_CLASS:
    def __repr__(self):
        return "<factory>"


_HAS_DEFAULT_FACTORY = _HAS_DEFAULT_FACTORY_CLASS()

_FIELD = "_FIELD"
_CLASSVAR = "_FIELD_CLASSVAR"
_INITVAR = "_FIELD_INITVAR"

_FIELDS = "__dataclass_fields__"
_PARAMS = "__dataclass_params__"


class InitVar:
    """Annotates an argument of __init__() that is passed on only."""

    __slots__ = ("type",)

    def __init__(self, type):
        self.type = type

    def __repr__(self):
        text = (self.type.__name__ if isinstance(self.type, type)
                else repr(self.type))
        return f"dataclasses.InitVar[{text}]"

    def __class_getitem__(cls, type):
        return InitVar(type)


class Field:
    """A field of a dataclass."""

    __slots__ = ("name", "type", "default", "default_factory", "repr",
                 "hash", "init", "compare", "metadata", "kw_only",
                 "_field_type")

    def __init__(self, default, default_factory, init, repr, hash, compare,
                 metadata, kw_only):
        self.name = None
        self.type = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.hash = hash
        self.compare = compare
        self.metadata = MappingProxyType({} if metadata is None
                                         else metadata)
        self.kw_only = kw_only
        self._field_type = None

    def __repr__(self):
        parts = ",".join(f"{name}={getattr(self, name)!r}" for name in (
            "name", "type", "default", "default_factory", "init", "repr",
            "hash", "compare", "metadata", "kw_only"))
        return f"Field({parts},_field_type={self._field_type})"

    def __set_name__(self, owner, name):
        func = getattr(type(self.default), "__set_name__", None)
        if func:
            func(self.default, owner, name)

    __class_getitem__ = classmethod(GenericAlias)


class _Params:
    """How a dataclass was made."""

    _names = ("init", "repr", "eq", "order", "unsafe_hash", "frozen",
              "match_args", "kw_only", "slots", "weakref_slot")

    def __init__(self, **values):
        self.__dict__.update(values)

    def __repr__(self):
        parts = ",".join(f"{name}={getattr(self, name)!r}"
                         for name in self._names)
        return f"_DataclassParams({parts})"


def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True,
          hash=None, compare=True, metadata=None, kw_only=MISSING):
    """Describe a field where an annotation is not enough."""
    if default is not MISSING and default_factory is not MISSING:
        raise ValueError("cannot specify both default and default_factory")
    return Field(default, default_factory, init, repr, hash, compare,
                 metadata, kw_only)


def _is_classvar(annotation):
    typing = sys.modules.get("typing")
    return typing is not None and (
        annotation is typing.ClassVar
        or getattr(annotation, "__origin__", None) is typing.ClassVar)


def _mentions(annotation, word):
    """Tell if a text annotation is X, X[...] or module.X[...]."""
    name = annotation.partition("[")[0].strip()
    return name.rpartition(".")[2] == word


def _get_field(cls, name, annotation, default_kw_only):
    default = getattr(cls, name, MISSING)
    if isinstance(default, Field):
        result = default
    else:
        if hasattr(default, "__get__") and type(default).__name__ in (
                "member_descriptor",):
            default = MISSING  # a slot is no default
        result = field(default=default)
    result.name = name
    result.type = annotation
    result._field_type = _FIELD
    if isinstance(annotation, str):
        if _mentions(annotation, "ClassVar"):
            result._field_type = _CLASSVAR
        elif _mentions(annotation, "InitVar"):
            result._field_type = _INITVAR
    elif _is_classvar(annotation):
        result._field_type = _CLASSVAR
    elif annotation is InitVar or type(annotation) is InitVar:
        result._field_type = _INITVAR
    if result._field_type != _FIELD \
            and result.default_factory is not MISSING:
        raise TypeError(f"field {name} cannot have a default factory")
    if result._field_type == _CLASSVAR:
        if result.kw_only is not MISSING:
            raise TypeError(f"field {name} is a ClassVar but specifies "
                            "kw_only")
    elif result.kw_only is MISSING:
        result.kw_only = default_kw_only
    if result._field_type == _FIELD \
            and result.default.__class__.__hash__ is None:
        raise ValueError(f"mutable default {type(result.default)} for field "
                         f"{name} is not allowed: use default_factory")
    return result


def _collect_fields(cls, kw_only):
    """Return the fields of a class and its bases, by name."""
    result = {}
    for base in cls.__mro__[-1:0:-1]:
        result.update(getattr(base, _FIELDS, {}))
    annotations = cls.__dict__.get("__annotations__", {})
    own = []
    keyword_mark = False
    for name, annotation in annotations.items():
        if annotation is KW_ONLY or isinstance(annotation, str) \
                and _mentions(annotation, "KW_ONLY"):
            if keyword_mark:
                raise TypeError(f"{name!r} is KW_ONLY, but KW_ONLY has "
                                "already been specified")
            keyword_mark = kw_only = True
            continue
        own.append(_get_field(cls, name, annotation, kw_only))
    for each in own:
        result[each.name] = each
        if isinstance(getattr(cls, each.name, None), Field):
            if each.default is MISSING:
                delattr(cls, each.name)
            else:
                setattr(cls, each.name, each.default)
    for name, value in cls.__dict__.items():
        if isinstance(value, Field) and name not in annotations:
            raise TypeError(f"{name!r} is a field but has no type "
                            "annotation")
    return result


def _make_init(cls, all_fields, frozen):
    """Return __init__() for the fields."""
    arguments = [f for f in all_fields if f.init]
    positional = [f for f in arguments if not f.kw_only]
    seen_default = None
    for each in positional:
        if each.default is not MISSING \
                or each.default_factory is not MISSING:
            seen_default = each
        elif seen_default is not None:
            raise TypeError(f"non-default argument {each.name!r} follows "
                            f"default argument {seen_default.name!r}")
    init_vars = [f.name for f in all_fields if f._field_type == _INITVAR]
    this = "self" if all(f.name != "self" for f in all_fields) \
        else _HIDDEN + "self"
    given = {_HIDDEN + "FACTORY": _HAS_DEFAULT_FACTORY,
             _HIDDEN + "store": object.__setattr__}
    parameters = [this, *[_parameter(f, given) for f in positional]]
    keywords = [_parameter(f, given) for f in arguments if f.kw_only]
    if keywords:
        parameters += ["*", *keywords]
    body = [_store(f, this, frozen, given) for f in all_fields]
    if hasattr(cls, "__post_init__"):
        body.append(f"{this}.__post_init__({', '.join(init_vars)})")
    made = _function("__init__", parameters, [*filter(None, body)], given)
    ordered = [*positional, *(f for f in arguments if f.kw_only)]
    made.__annotations__ = {**{f.name: f.type for f in ordered},
                            "return": None}
    return made


# Before names of ours in functions made of text: no field is called so.
_HIDDEN = "__dataclass_"


def _function(name, parameters, body, given):
    """Make a function of text, so that its calls cost what calls of
    written functions do. It finds the names in `given`."""
    lines = "".join(f"\n  {line}" for line in body or ["pass"])
    made = {}
    exec(f"def make({', '.join(given)}):\n"
         f" def {name}({', '.join(parameters)}):"
         f"{lines}\n return {name}", made)
    return made["make"](**given)


def _parameter(each, given):
    default = f"{_HIDDEN}default_{each.name}"
    if each.default is not MISSING:
        given[default] = each.default
        return f"{each.name}={default}"
    if each.default_factory is not MISSING:
        given[default] = each.default_factory
        return f"{each.name}={_HIDDEN}FACTORY"
    return each.name


def _store(each, this, frozen, given):
    """The statement of __init__() that stores a field, if there is one."""
    value = each.name
    if each._field_type != _FIELD:
        return None
    if each.default_factory is not MISSING:
        value = f"{_HIDDEN}default_{each.name}"
        given[value] = each.default_factory
        value += "()"
        if each.init:
            value += f" if {each.name} is {_HIDDEN}FACTORY else {each.name}"
    elif not each.init:
        return None
    if frozen:
        return f"{_HIDDEN}store({this}, {each.name!r}, {value})"
    return f"{this}.{each.name} = {value}"


def _make_repr(all_fields):
    shown = [f.name for f in all_fields if f.repr]
    running = set()

    def __repr__(self):
        key = id(self)
        if key in running:
            return "..."
        running.add(key)
        try:
            parts = ", ".join(f"{name}={getattr(self, name)!r}"
                              for name in shown)
            return f"{self.__class__.__qualname__}({parts})"
        finally:
            running.discard(key)

    return __repr__


def _tuple_of(this, names):
    """The text of a tuple of fields."""
    return "(" + "".join(f"{this}.{name}, " for name in names) + ")"


def _make_comparisons(all_fields):
    names = [f.name for f in all_fields if f.compare]
    both = [f"self.{name} == other.{name}" for name in names]
    equality = _function("__eq__", ["self", "other"], [
        "if self is other:",
        " return True",
        "if other.__class__ is not self.__class__:",
        " return NotImplemented",
        f"return {' and '.join(both) or 'True'}"], {})
    mine, others = _tuple_of("self", names), _tuple_of("other", names)
    orderings = [
        _function(name, ["self", "other"], [
            "if other.__class__ is not self.__class__:",
            " return NotImplemented",
            f"return {mine} {sign} {others}"], {})
        for name, sign in (("__lt__", "<"), ("__le__", "<="),
                           ("__gt__", ">"), ("__ge__", ">="))]
    return equality, orderings


def _make_hash(all_fields):
    names = [f.name for f in all_fields
             if (f.compare if f.hash is None else f.hash)]
    return _function("__hash__", ["self"],
                     [f"return hash({_tuple_of('self', names)})"], {})


def _make_frozen(cls, names):
    def __setattr__(self, name, value):
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def __delattr__(self, name):
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return __setattr__, __delattr__


def _define(cls, function, overwrite=False):
    """Give a class a method unless its body has it; tell if it had."""
    name = function.__name__
    if name in cls.__dict__ and not overwrite:
        return True
    function.__qualname__ = f"{cls.__qualname__}.{name}"
    function.__module__ = cls.__module__
    setattr(cls, name, function)
    return False


def _process_class(cls, params):
    all_by_name = _collect_fields(cls, params.kw_only)
    bases = [base for base in cls.__mro__[-1:0:-1] if hasattr(base, _FIELDS)]
    frozen_bases = {getattr(base, _PARAMS).frozen for base in bases}
    if True in frozen_bases and not params.frozen:
        raise TypeError("cannot inherit non-frozen dataclass from a frozen "
                        "one")
    if False in frozen_bases and params.frozen:
        raise TypeError("cannot inherit frozen dataclass from a non-frozen "
                        "one")
    setattr(cls, _FIELDS, all_by_name)
    setattr(cls, _PARAMS, params)
    own_hash = cls.__dict__.get("__hash__", MISSING)
    has_own_hash = not (own_hash is MISSING or (
        own_hash is None and "__eq__" in cls.__dict__))
    if params.order and not params.eq:
        raise ValueError("eq must be true if order is true")
    stored = [f for f in all_by_name.values() if f._field_type == _FIELD]
    init_fields = [f for f in all_by_name.values()
                   if f._field_type in (_FIELD, _INITVAR)]
    if params.init:
        _define(cls, _make_init(cls, init_fields, params.frozen))
    cls.__replace__ = _replace
    if params.repr:
        _define(cls, _make_repr(stored))
    equality, orderings = _make_comparisons(stored)
    if params.eq:
        _define(cls, equality)
    if params.order:
        for method in orderings:
            if _define(cls, method):
                raise TypeError(
                    f"Cannot overwrite attribute {method.__name__} in class "
                    f"{cls.__name__}. Consider using "
                    "functools.total_ordering")
    if params.frozen:
        for method in _make_frozen(cls, {f.name for f in stored}):
            if _define(cls, method):
                raise TypeError("Cannot overwrite attribute "
                                f"{method.__name__} in class {cls.__name__}")
    _set_hash(cls, params, stored, has_own_hash)
    if "__doc__" not in cls.__dict__ or cls.__doc__ is None:
        cls.__doc__ = f"{cls.__name__}({_doc_arguments(init_fields)})"
    if params.match_args and "__match_args__" not in cls.__dict__:
        cls.__match_args__ = tuple(f.name for f in init_fields
                                   if f.init and not f.kw_only)
    if params.weakref_slot and not params.slots:
        raise TypeError("weakref_slot is True but slots is False")
    if params.slots:
        cls = _with_slots(cls, stored, params.weakref_slot)
    return cls


def _set_hash(cls, params, stored, has_own_hash):
    if params.unsafe_hash:
        if has_own_hash:
            raise TypeError("Cannot overwrite attribute __hash__ in class "
                            f"{cls.__name__}")
        _define(cls, _make_hash(stored), overwrite=True)
    elif params.eq and not has_own_hash:
        if params.frozen:
            _define(cls, _make_hash(stored), overwrite=True)
        else:
            cls.__hash__ = None


def _doc_arguments(arguments):
    parts = []
    for each in arguments:
        if not each.init:
            continue
        kind = each.type
        kind = kind.__name__ if isinstance(kind, type) else repr(kind)
        text = f"{each.name}: {kind}"
        if each.default is not MISSING:
            text += f" = {each.default!r}"
        elif each.default_factory is not MISSING:
            text += " = <factory>"
        parts.append(text)
    return ", ".join(parts)


def _with_slots(cls, stored, weakref_slot):
    """Return a class like this one with slots; they can't be added."""
    if "__slots__" in cls.__dict__:
        raise TypeError(f"{cls.__name__} already specifies __slots__")
    namespace = dict(cls.__dict__)
    inherited = set()
    for base in cls.__mro__[1:-1]:
        slots = base.__dict__.get("__slots__", ())
        inherited.update([slots] if isinstance(slots, str) else slots)
    names = [f.name for f in stored if f.name not in inherited]
    if weakref_slot and "__weakref__" not in inherited:
        names.append("__weakref__")
    namespace["__slots__"] = tuple(names)
    for each in stored:
        namespace.pop(each.name, None)
    for name in ("__dict__", "__weakref__"):
        namespace.pop(name, None)
    new = type(cls)(cls.__name__, cls.__bases__, namespace)
    new.__qualname__ = cls.__qualname__
    return new


def dataclass(cls=None, /, *, init=True, repr=True, eq=True, order=False,
              unsafe_hash=False, frozen=False, match_args=True,
              kw_only=False, slots=False, weakref_slot=False):
    """Add methods to a class, made from its annotated attributes."""
    params = _Params(init=init, repr=repr, eq=eq, order=order,
                     unsafe_hash=unsafe_hash, frozen=frozen,
                     match_args=match_args, kw_only=kw_only, slots=slots,
                     weakref_slot=weakref_slot)

    def wrap(cls):
        return _process_class(cls, params)

    return wrap if cls is None else wrap(cls)


def fields(class_or_instance):
    """Return the fields of a dataclass."""
    try:
        known = getattr(class_or_instance, _FIELDS)
    except AttributeError:
        raise TypeError("must be called with a dataclass type or "
                        "instance") from None
    return tuple(f for f in known.values() if f._field_type == _FIELD)


def is_dataclass(obj):
    """Tell if it is a dataclass or an instance of one."""
    cls = obj if isinstance(obj, type) else type(obj)
    return hasattr(cls, _FIELDS)


def _is_instance(obj):
    return hasattr(type(obj), _FIELDS)


def asdict(obj, *, dict_factory=dict):
    """Return the fields as a dict, nested dataclasses too."""
    if not _is_instance(obj):
        raise TypeError("asdict() should be called on dataclass instances")
    return _convert(obj, lambda pairs: dict_factory(pairs))


def astuple(obj, *, tuple_factory=tuple):
    """Return the fields as a tuple, nested dataclasses too."""
    if not _is_instance(obj):
        raise TypeError("astuple() should be called on dataclass instances")
    return _convert(obj, lambda pairs: tuple_factory(
        [value for _, value in pairs]))


def _convert(obj, finish):
    cls = type(obj)
    if _is_instance(obj):
        return finish([(f.name, _convert(getattr(obj, f.name), finish))
                       for f in fields(obj)])
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        return cls(*[_convert(value, finish) for value in obj])
    if issubclass(cls, (list, tuple)):
        return cls(_convert(value, finish) for value in obj)
    if issubclass(cls, dict):
        pairs = [(_convert(key, finish), _convert(value, finish))
                 for key, value in obj.items()]
        if hasattr(cls, "default_factory"):
            return cls(obj.default_factory, pairs)
        return cls(pairs)
    if cls in (int, float, str, bool, bytes, complex, type(None)):
        return obj
    import copy
    return copy.deepcopy(obj)


def make_dataclass(cls_name, fields, *, bases=(), namespace=None, init=True,
                   repr=True, eq=True, order=False, unsafe_hash=False,
                   frozen=False, match_args=True, kw_only=False, slots=False,
                   weakref_slot=False, module=None):
    """Make a dataclass of names, (name, type) and (name, type, field)."""
    from keyword import iskeyword
    body = dict(namespace or {})
    annotations = {}
    for item in fields:
        if isinstance(item, str):
            name, kind = item, "typing.Any"
        elif len(item) == 2:
            name, kind = item
        elif len(item) == 3:
            name, kind, body[item[0]] = item
        else:
            raise TypeError(f"Invalid field: {item!r}")
        if not isinstance(name, str) or not name.isidentifier():
            raise TypeError("Field names must be valid identifiers: "
                            f"{name!r}")
        if iskeyword(name):
            raise TypeError(f"Field names must not be keywords: {name!r}")
        if name in annotations:
            raise TypeError(f"Field name duplicated: {name!r}")
        annotations[name] = kind
    body["__annotations__"] = annotations
    from types import new_class
    cls = new_class(cls_name, bases, {}, lambda ns: ns.update(body))
    if module is None:
        module = sys._getframe(1).f_globals.get("__name__")
    if module is not None:
        cls.__module__ = module
    return dataclass(cls, init=init, repr=repr, eq=eq, order=order,
                     unsafe_hash=unsafe_hash, frozen=frozen,
                     match_args=match_args, kw_only=kw_only, slots=slots,
                     weakref_slot=weakref_slot)


def replace(obj, /, **changes):
    """Return a copy with some of its fields changed."""
    if not _is_instance(obj):
        raise TypeError("replace() should be called on dataclass instances")
    return _replace(obj, **changes)


def _replace(self, /, **changes):
    for each in getattr(self, _FIELDS).values():
        if each._field_type == _CLASSVAR:
            continue
        if not each.init:
            if each.name in changes:
                raise TypeError(f"field {each.name} is declared with "
                                "init=False, it cannot be specified with "
                                "replace()")
            continue
        if each.name not in changes:
            if each._field_type == _INITVAR and each.default is MISSING:
                raise TypeError(f"InitVar {each.name!r} must be specified "
                                "with replace()")
            changes[each.name] = getattr(self, each.name)
    return self.__class__(**changes)
