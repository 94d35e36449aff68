"""Enumerations."""

import sys
from operator import or_ as _or
from types import DynamicClassAttribute, MappingProxyType

__all__ = ["EnumType", "EnumMeta", "EnumDict", "Enum", "IntEnum", "StrEnum",
           "Flag", "IntFlag", "ReprEnum", "auto", "unique", "property",
           "verify", "member", "nonmember", "FlagBoundary", "STRICT",
           "CONFORM", "EJECT", "KEEP", "global_enum", "CONTINUOUS",
           "NAMED_FLAGS", "UNIQUE", "EnumCheck"]

_builtin_property = property
Enum = Flag = ReprEnum = EJECT = None
_missing = object()


class nonmember:
    """Keeps a value in the body of an enumeration from being a member."""

    def __init__(self, value):
        self.value = value


class member:
    """Makes a value in the body of an enumeration a member."""

    def __init__(self, value):
        self.value = value


class auto:
    """Stands for a value that _generate_next_value_() makes."""

    def __init__(self, value=_missing):
        self.value = value

    def __repr__(self):
        return f"auto({'' if self.value is _missing else repr(self.value)})"


class property(DynamicClassAttribute):
    """A property of members; the class may have a member of that name."""

    member = None

    def __get__(self, instance, ownerclass=None):
        if instance is None:
            if self.member is not None:
                return self.member
            raise AttributeError(f"{ownerclass!r} has no attribute "
                                 f"{self.name!r}")
        if self.fget is not None:
            return self.fget(instance)
        if self.member is not None:
            return self.member
        raise AttributeError(f"{ownerclass!r} member has no attribute "
                             f"{self.name!r}")

    def __set__(self, instance, value):
        if self.fset is not None:
            return self.fset(instance, value)
        raise AttributeError(f"<enum {self.clsname!r}> cannot set attribute "
                             f"{self.name!r}")

    def __delete__(self, instance):
        if self.fdel is not None:
            return self.fdel(instance)
        raise AttributeError(f"<enum {self.clsname!r}> cannot delete "
                             f"attribute {self.name!r}")

    def __set_name__(self, ownerclass, name):
        self.name = name
        self.clsname = ownerclass.__name__


def _is_dunder(name):
    return (len(name) > 4 and name[:2] == name[-2:] == "__"
            and name[2] != "_" and name[-3] != "_")


def _is_sunder(name):
    return (len(name) > 2 and name[0] == name[-1] == "_"
            and name[1] != "_" and name[-2] != "_")


def _is_private(cls_name, name):
    pattern = f"_{cls_name.lstrip('_')}__"
    return (len(name) > len(pattern) and name.startswith(pattern)
            and not name.endswith("__"))


def _is_descriptor(obj):
    cls = type(obj)
    return (hasattr(cls, "__get__") or hasattr(cls, "__set__")
            or hasattr(cls, "__delete__"))


_SUNDERS = frozenset({
    "_order_", "_generate_next_value_", "_numeric_repr_", "_missing_",
    "_ignore_", "_iter_member_", "_iter_member_by_value_",
    "_iter_member_by_def_", "_add_alias_", "_add_value_alias_",
})


class EnumDict(dict):
    """The body of an enumeration: notes which names are members."""

    def __init__(self, cls_name=None):
        super().__init__()
        self._cls_name = cls_name
        self._member_names = {}  # keeps the order
        self._last_values = []
        self._ignore = []
        self._auto_called = False
        self._generate_next_value = None

    def __setitem__(self, key, value):
        if self._cls_name is not None and _is_private(self._cls_name, key):
            pass
        elif _is_sunder(key):
            self._set_sunder(key, value)
            return
        elif _is_dunder(key):
            if key == "__order__":
                key = "_order_"
        elif key in self._member_names:
            raise TypeError(f"{key!r} already defined as {self[key]!r}")
        elif key in self._ignore:
            pass
        elif isinstance(value, nonmember):
            value = value.value
        elif isinstance(value, member) or not _is_descriptor(value):
            if key in self:
                raise TypeError(f"{key!r} already defined as {self[key]!r}")
            if isinstance(value, member):
                value = value.value
            value = self._resolve_auto(key, value)
            self._member_names[key] = None
            self._last_values.append(value)
        super().__setitem__(key, value)

    def _set_sunder(self, key, value):
        if key not in _SUNDERS and not key.startswith("_repr_"):
            raise ValueError(f"_sunder_ names, such as {key!r}, are reserved "
                             "for future Enum use")
        if key == "_generate_next_value_":
            if self._auto_called:
                raise TypeError("_generate_next_value_ must be defined "
                                "before members")
            self._generate_next_value = getattr(value, "__func__", value)
        elif key == "_ignore_":
            if isinstance(value, str):
                value = value.replace(",", " ").split()
            else:
                value = list(value)
            self._ignore = value
            already = set(value) & set(self._member_names)
            if already:
                raise ValueError("_ignore_ cannot specify already set "
                                 f"names: {already!r}")
        super().__setitem__(key, value)

    def _resolve_auto(self, key, value):
        """Replace auto(), alone or in a tuple, by the next value."""
        single = isinstance(value, auto)
        if not single and not (type(value) is tuple and any(
                isinstance(item, auto) for item in value)):
            return value
        self._auto_called = True
        result = []
        for item in (value,) if single else value:
            if isinstance(item, auto):
                if item.value is _missing:
                    item.value = self._generate_next_value(
                        key, 1, len(self._member_names),
                        self._last_values[:])
                item = item.value
            result.append(item)
        return result[0] if single else tuple(result)

    @_builtin_property
    def member_names(self):
        return list(self._member_names)

    def update(self, members, *more_members, **more):
        for name in getattr(members, "keys", lambda: ())():
            self[name] = members[name]
        if not hasattr(members, "keys"):
            for name, value in members:
                self[name] = value
        for name, value in more.items():
            self[name] = value


_EnumDict = EnumDict


class EnumType(type):
    """The type of enumerations: makes the members."""

    @classmethod
    def __prepare__(metacls, cls, bases, **kwds):
        metacls._check_extendable(cls, bases)
        namespace = EnumDict(cls)
        _, first_enum = metacls._get_mixins_(cls, bases)
        if first_enum is not None:
            generate = getattr(first_enum, "_generate_next_value_", None)
            namespace._generate_next_value = getattr(generate, "__func__",
                                                     generate)
            dict.__setitem__(namespace, "_generate_next_value_",
                             staticmethod(namespace._generate_next_value))
        return namespace

    def __new__(metacls, cls, bases, namespace, *, boundary=None,
                **kwds):
        if Enum is None:
            # Enum itself has no members, and nothing to derive from.
            return super().__new__(metacls, cls, bases, dict(
                namespace, _member_names_=[], _member_map_={},
                _value2member_map_={}, _unhashable_values_=[],
                _member_type_=object, _boundary_=None), **kwds)
        names = list(namespace._member_names)
        for name in [*namespace._ignore, "_ignore_"]:
            namespace.pop(name, None)
        invalid = {"mro", ""} & set(names)
        if invalid:
            listed = ",".join(repr(name) for name in invalid)
            raise ValueError(f"invalid enum member name(s) {listed}")
        values = {name: namespace[name] for name in names}
        order = namespace.pop("_order_", None)
        body = {name: value for name, value in namespace.items()
                if name not in values}
        generate = body.get("_generate_next_value_")
        if generate is not None and not isinstance(generate, staticmethod):
            body["_generate_next_value_"] = staticmethod(generate)
        member_type, first_enum = metacls._get_mixins_(cls, bases)
        body.update(
            _member_names_=[], _member_map_={}, _value2member_map_={},
            _unhashable_values_=[], _member_type_=member_type,
            _new_member_=body.get("__new__"))
        if boundary is not None or "_boundary_" not in body:
            body["_boundary_"] = boundary or getattr(first_enum, "_boundary_",
                                                     None)
        enum_class = super().__new__(metacls, cls, bases, body, **kwds)
        enum_class._flag_mask_ = enum_class._singles_mask_ = 0
        _choose_methods(enum_class, member_type, first_enum, body)
        make = _member_maker(enum_class, member_type, body)
        for name, value in values.items():
            _add_member(enum_class, make, name, value)
        # Calls look members up from now on.
        if "__new__" in body:
            enum_class.__new_member__ = body["__new__"]
        enum_class.__new__ = Enum.__new__
        if order is not None:
            _check_order(enum_class, order)
        if Flag is not None and issubclass(enum_class, Flag):
            _finish_flag(enum_class)
        return enum_class

    def __bool__(cls):
        return True

    def __call__(cls, value=_missing, names=_missing, *values, module=None,
                 qualname=None, type=None, start=1, boundary=None):
        """Look a member up by value, or make an enumeration of names."""
        if cls._member_map_:
            if value is _missing:
                raise TypeError("EnumType.__call__() missing 1 "
                                "required positional argument: 'value'")
            if names is not _missing:
                value = (value, names, *values)
            return cls.__new__(cls, value)
        if names is _missing and type is None:
            return cls.__new__(cls, value)
        return cls._create_(value, None if names is _missing else names,
                            module=module, qualname=qualname, type=type,
                            start=start, boundary=boundary)

    def __contains__(cls, value):
        if isinstance(value, cls):
            return True
        try:
            return value in cls._value2member_map_
        except TypeError:
            return value in cls._unhashable_values_

    def __delattr__(cls, attr):
        if attr in cls._member_map_:
            raise AttributeError(f"{cls.__name__!r} cannot delete member "
                                 f"{attr!r}.")
        super().__delattr__(attr)

    def __setattr__(cls, name, value):
        if name in cls.__dict__.get("_member_map_", ()):
            raise AttributeError(f"cannot reassign member {name!r}")
        super().__setattr__(name, value)

    def __dir__(cls):
        names = {"__class__", "__contains__", "__doc__", "__getitem__",
                 "__iter__", "__len__", "__members__", "__module__",
                 "__name__", "__qualname__", *cls._member_names_}
        if cls._member_type_ is object:
            return sorted(names)
        return sorted(set(dir(cls._member_type_)) | names)

    def __getitem__(cls, name):
        return cls._member_map_[name]

    def __iter__(cls):
        return (cls._member_map_[name] for name in cls._member_names_)

    def __len__(cls):
        return len(cls._member_names_)

    @_builtin_property
    def __members__(cls):
        return MappingProxyType(cls._member_map_)

    def __repr__(cls):
        if Flag is not None and issubclass(cls, Flag):
            return f"<flag {cls.__name__!r}>"
        return f"<enum {cls.__name__!r}>"

    def __reversed__(cls):
        return (cls._member_map_[name]
                for name in reversed(cls._member_names_))

    def _create_(cls, class_name, names, *, module=None, qualname=None,
                 type=None, start=1, boundary=None):
        """Make an enumeration of names, pairs or a mapping."""
        metacls = cls.__class__
        bases = (cls,) if type is None else (type, cls)
        namespace = metacls.__prepare__(class_name, bases)
        if isinstance(names, str):
            names = names.replace(",", " ").split()
        if isinstance(names, (tuple, list)) and names \
                and isinstance(names[0], str):
            values = []
            pairs = []
            for count, name in enumerate(names):
                value = namespace._generate_next_value(name, start, count,
                                                       values[:])
                values.append(value)
                pairs.append((name, value))
        else:
            pairs = [(item, names[item]) if isinstance(item, str) else item
                     for item in names or ()]
        for name, value in pairs:
            namespace[name] = value
        if module is None:
            try:
                module = sys._getframe(2).f_globals["__name__"]
            except (AttributeError, ValueError, KeyError):
                module = None
        if module is not None:
            namespace["__module__"] = module
        if qualname is not None:
            namespace["__qualname__"] = qualname
        return metacls.__new__(metacls, class_name, bases, namespace,
                               boundary=boundary)

    @classmethod
    def _check_extendable(metacls, class_name, bases):
        for chain in bases:
            for base in chain.__mro__:
                if isinstance(base, EnumType) and base._member_names_:
                    raise TypeError(f"<enum {class_name!r}> cannot extend "
                                    f"{base!r}")

    @classmethod
    def _get_mixins_(metacls, class_name, bases):
        """Return the type of the values and the first enumeration."""
        if not bases or Enum is None:
            return object, Enum
        first_enum = bases[-1]
        if not isinstance(first_enum, EnumType):
            raise TypeError("new enumerations should be created as "
                            "`EnumName([mixin_type, ...] [data_type,] "
                            "enum_type)`")
        data_types = []
        for chain in bases:
            candidate = None
            for base in chain.__mro__:
                if base is object:
                    continue
                if isinstance(base, EnumType):
                    if base._member_type_ is not object:
                        _add_once(data_types, base._member_type_)
                        break
                elif "__new__" in base.__dict__ \
                        or "__dataclass_fields__" in base.__dict__:
                    _add_once(data_types, candidate or base)
                    break
                else:
                    candidate = candidate or base
        if len(data_types) > 1:
            raise TypeError(f"too many data types for {class_name!r}: "
                            f"{set(data_types)!r}")
        return (data_types[0] if data_types else object), first_enum


EnumMeta = EnumType


def _add_once(items, item):
    if item not in items:
        items.append(item)


def _choose_methods(enum_class, member_type, first_enum, body):
    """Take repr, str, format and reduce from the right base."""
    if ReprEnum is not None and ReprEnum in enum_class.__bases__:
        # Members look like their values, except in repr().
        for name in ("__format__", "__str__"):
            if name not in body:
                method = getattr(member_type, name)
                if method is object.__str__:
                    # It would show the repr of the member.
                    method = member_type.__repr__
                setattr(enum_class, name, method)
        if "__repr__" not in body:
            enum_class.__repr__ = first_enum.__repr__
    elif member_type is not object:
        for name in ("__repr__", "__str__", "__format__", "__reduce_ex__"):
            if name in body:
                continue
            own = getattr(enum_class, name)
            if own in (getattr(object, name), getattr(member_type, name)) \
                    and first_enum is not None:
                setattr(enum_class, name, getattr(first_enum, name))
    if Flag is not None and issubclass(enum_class, Flag):
        for name in ("__or__", "__and__", "__xor__", "__ror__", "__rand__",
                     "__rxor__", "__invert__"):
            if name not in body:
                setattr(enum_class, name, getattr(Flag, name))


def _member_maker(enum_class, member_type, body):
    """Return a function that makes a bare member of its arguments."""
    new = body.get("__new__")
    if new is None:
        for base in enum_class.__mro__[1:]:
            if isinstance(base, EnumType):
                new = base.__dict__.get("__new_member__")
                if new is not None:
                    break
                continue
            new = base.__dict__.get("__new__")
            if new is not None:
                break
    if new is not None:
        new = getattr(new, "__func__", new)
    if new is None or new is object.__new__:
        return None
    return new


def _add_member(enum_class, make, name, value):
    """Make a member of a name and value, or an alias."""
    args = value if isinstance(value, tuple) else (value,)
    if enum_class._member_type_ is tuple:
        args = (args,)
    if make is None:
        new = object.__new__(enum_class)
    else:
        new = make(enum_class, *args)
    if not hasattr(new, "_value_"):
        if make is None or enum_class._member_type_ is object:
            new._value_ = value
        else:
            try:
                new._value_ = enum_class._member_type_(*args)
            except Exception as exc:
                error = TypeError("_value_ not set in __new__, unable to "
                                  "create it")
                error.__cause__ = exc
                raise error
    value = new._value_
    new._name_ = name
    new.__objclass__ = enum_class
    new.__init__(*args)
    new._sort_order_ = len(enum_class._member_names_)
    known = _known_member(enum_class, value)
    if known is None:
        enum_class._member_names_.append(name)
    else:
        new = known
    if Flag is not None and issubclass(enum_class, Flag) \
            and isinstance(value, int):
        _add_bits(enum_class, name, value, known is None)
    _place_member(enum_class, name, new)
    enum_class._member_map_[name] = new
    if known is None:
        try:
            enum_class._value2member_map_[value] = new
        except TypeError:
            enum_class._unhashable_values_.append(value)


def _known_member(enum_class, value):
    try:
        return enum_class._value2member_map_.get(value)
    except TypeError:
        for known in enum_class._member_map_.values():
            if known._value_ == value:
                return known
        return None


def _add_bits(enum_class, name, value, is_new):
    """Note the bits of a flag; several or none make an alias."""
    if value < 0:
        return
    enum_class._flag_mask_ |= value
    if value and value & (value - 1) == 0:
        enum_class._singles_mask_ |= value
    elif is_new:
        enum_class._member_names_.remove(name)


def _place_member(enum_class, name, new):
    """Make a member an attribute, beside a property of its name."""
    for base in enum_class.__mro__[1:]:
        attribute = base.__dict__.get(name)
        if attribute is None:
            continue
        if isinstance(attribute, (property, DynamicClassAttribute)):
            redirect = property(attribute.fget, attribute.fset,
                                attribute.fdel)
            redirect.member = new
            redirect.__set_name__(enum_class, name)
            type.__setattr__(enum_class, name, redirect)
            return
        break
    type.__setattr__(enum_class, name, new)


def _check_order(enum_class, order):
    if isinstance(order, str):
        order = order.replace(",", " ").split()
    aliases = enum_class._member_map_.keys() - set(enum_class._member_names_)
    order = [name for name in order if name not in aliases]
    if order != enum_class._member_names_:
        raise TypeError("member order does not match _order_:\n  "
                        f"{enum_class._member_names_!r}\n  {order!r}")


def _finish_flag(enum_class):
    mask = enum_class._flag_mask_
    enum_class._all_bits_ = (1 << mask.bit_length()) - 1
    # Members by their bits, whatever the order they stand in.
    values = [member._value_ for member in enum_class]
    if all(isinstance(value, int) for value in values) \
            and values != sorted(values):
        enum_class._member_names_.sort(
            key=lambda name: enum_class._member_map_[name]._value_)


class Enum(metaclass=EnumType):
    """A set of names with values."""

    def __new__(cls, value):
        if type(value) is cls:
            return value
        try:
            return cls._value2member_map_[value]
        except KeyError:
            pass
        except TypeError:
            for known in cls._member_map_.values():
                if known._value_ == value:
                    return known
        if not cls._member_map_:
            if getattr(cls, "_unhashable_values_", None) == []:
                raise TypeError(f"{cls!r} has no members; specify `names=()` "
                                "if you meant to create a new, empty, enum")
        return _missing_member(cls, value)

    def __init__(self, *args, **kwds):
        pass

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        if not last_values:
            return start
        try:
            last = max(last_values)
        except TypeError:
            raise TypeError("unable to sort non-numeric values") from None
        try:
            return last + 1
        except TypeError:
            raise TypeError(f"unable to increment {last!r}") from None

    @classmethod
    def _missing_(cls, value):
        return None

    def _add_alias_(self, name):
        """Give the member another name."""
        cls = self.__class__
        known = cls._member_map_.get(name)
        if known is not None and known is not self:
            raise NameError(f"{name!r} is already bound: {known!r}")
        _place_member(cls, name, self)
        cls._member_map_[name] = self

    def _add_value_alias_(self, value):
        """Give the member another value to be looked up by."""
        cls = self.__class__
        known = _known_member(cls, value)
        if known is not None and known is not self:
            raise ValueError(f"{value!r} is already bound: {known!r}")
        cls._value2member_map_.setdefault(value, self)

    def __repr__(self):
        return (f"<{self.__class__.__name__}.{self._name_}: "
                f"{_value_text(self)}>")

    def __str__(self):
        return f"{self.__class__.__name__}.{self._name_}"

    def __dir__(self):
        names = {"__class__", "__doc__", "__eq__", "__hash__", "__module__"}
        if self.__class__._member_type_ is not object:
            names.update(object.__dir__(self))
        for cls in self.__class__.__mro__:
            for name, value in cls.__dict__.items():
                if name[0] != "_" and name not in self._member_map_ \
                        or isinstance(value, property):
                    names.add(name)
        return sorted(names | {"name", "value"})

    def __format__(self, format_spec):
        return str.__format__(str(self), format_spec)

    def __hash__(self):
        return hash(self._name_)

    def __reduce_ex__(self, proto):
        return self.__class__, (self._value_,)

    def __deepcopy__(self, memo):
        return self

    def __copy__(self):
        return self

    @property
    def name(self):
        """The name of the member."""
        return self._name_

    @property
    def value(self):
        """The value of the member."""
        return self._value_


def _value_text(self):
    """Return the value as the repr of a member shows it."""
    data_type = self.__class__._member_type_
    fields = getattr(data_type, "__dataclass_fields__", None)
    if fields is not None:
        return ", ".join(f"{name}={getattr(self, name)!r}"
                         for name in fields)
    if data_type is object:
        return repr(self._value_)
    return data_type.__repr__(self._value_)


def _missing_member(cls, value):
    """Ask _missing_() for a member, or raise."""
    problem = None
    try:
        result = cls._missing_(value)
    except Exception as exc:
        problem = exc
        result = None
    if isinstance(result, cls) or (
            Flag is not None and issubclass(cls, Flag)
            and cls._boundary_ is EJECT and isinstance(result, int)):
        return result
    error = ValueError(f"{value!r} is not a valid {cls.__qualname__}")
    if result is None and problem is None:
        raise error
    if problem is None:
        problem = TypeError(f"error in {cls.__name__}._missing_: returned "
                            f"{result!r} instead of None or a valid member")
    if not isinstance(problem, ValueError):
        problem.__context__ = error
    raise problem


class ReprEnum(Enum):
    """An enumeration whose members look like values except in repr()."""


class IntEnum(int, ReprEnum):
    """An enumeration whose members are integers."""


class StrEnum(str, ReprEnum):
    """An enumeration whose members are strings."""

    def __new__(cls, *values):
        if len(values) > 3:
            raise TypeError(f"too many arguments for str(): {values!r}")
        for value in values[:1]:
            if not isinstance(value, str):
                raise TypeError(f"{value!r} is not a string")
        for what, value in zip(("encoding", "errors"), values[1:]):
            if not isinstance(value, str):
                raise TypeError(f"{what} must be a string, not {value!r}")
        value = str(*values)
        new = str.__new__(cls, value)
        new._value_ = value
        return new

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        return name.lower()


class FlagBoundary(StrEnum):
    """What becomes of bits that no member has."""

    STRICT = auto()  # an error
    CONFORM = auto()  # they are dropped
    EJECT = auto()  # the value becomes an int
    KEEP = auto()  # they stay


STRICT, CONFORM, EJECT, KEEP = FlagBoundary


def _bits(number):
    """Yield the bits that are set, the lowest first."""
    while number:
        bit = number & -number
        yield bit
        number ^= bit


class Flag(Enum, boundary=STRICT):
    """Bits with names, which can be combined."""

    _numeric_repr_ = repr

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        if not last_values:
            return start if start is not None else 1
        last = max(last_values)
        try:
            return 2 ** last.bit_length()
        except Exception:
            raise TypeError(f"invalid flag value {last!r}") from None

    @classmethod
    def _iter_member_(cls, value):
        for bit in _bits(value & cls._flag_mask_):
            known = cls._value2member_map_.get(bit)
            if known is not None:
                yield known

    @classmethod
    def _missing_(cls, value):
        """Make the combination a value stands for."""
        if not isinstance(value, int):
            raise ValueError(f"{value!r} is not a valid {cls.__qualname__}")
        mask, all_bits = cls._flag_mask_, cls._all_bits_
        out_of_range = not ~all_bits <= value <= all_bits
        negative = value if value < 0 else None
        if out_of_range or value & (all_bits ^ mask):
            if cls._boundary_ is STRICT:
                width = max(value.bit_length(), mask.bit_length())
                raise ValueError(
                    f"{cls!r} invalid value {value!r}\n"
                    f"    given {_binary(value, width)}\n"
                    f"  allowed {_binary(mask, width)}")
            if cls._boundary_ is CONFORM:
                value &= mask
            elif cls._boundary_ is EJECT:
                return value
            elif value < 0:
                value = max(all_bits + 1, 2 ** value.bit_length()) + value
        if value < 0:
            value += all_bits + 1
        if cls._boundary_ is not KEEP:
            value &= mask
        known = cls._value2member_map_.get(value)
        if known is None:
            known = cls._combine(value)
        if negative is not None:
            cls._value2member_map_[negative] = known
        return known

    @classmethod
    def _combine(cls, value):
        """Make a member without a place of its own."""
        if cls._member_type_ is object:
            new = object.__new__(cls)
        else:
            new = cls._member_type_.__new__(cls, value)
        new._value_ = value
        unknown = value & ~cls._singles_mask_ & ~0 if value else 0
        names = [known._name_ for known in cls._iter_member_(value)]
        for known in cls._iter_member_(value):
            unknown &= ~known._value_
        if names:
            new._name_ = "|".join(names)
            if unknown:
                new._name_ += f"|{cls._numeric_repr_(unknown)}"
        else:
            new._name_ = None
        return cls._value2member_map_.setdefault(value, new)

    def __contains__(self, other):
        if not isinstance(other, self.__class__):
            raise TypeError(
                "unsupported operand type(s) for 'in': "
                f"{type(other).__qualname__!r} and "
                f"{self.__class__.__qualname__!r}")
        return other._value_ & self._value_ == other._value_

    def __iter__(self):
        yield from self._iter_member_(self._value_)

    def __len__(self):
        return self._value_.bit_count()

    def __repr__(self):
        name = self.__class__.__name__
        text = self._numeric_repr_(self._value_)
        if self._name_ is None:
            return f"<{name}: {text}>"
        return f"<{name}.{self._name_}: {text}>"

    def __str__(self):
        name = self.__class__.__name__
        if self._name_ is None:
            return f"{name}({self._value_!r})"
        return f"{name}.{self._name_}"

    def __bool__(self):
        return bool(self._value_)

    def _operand(self, other):
        """Return the bits of the other operand, or NotImplemented."""
        if isinstance(other, self.__class__):
            return other._value_
        if self._member_type_ is not object \
                and isinstance(other, self._member_type_):
            return other
        return NotImplemented

    def _combined(self, other, combine):
        value = self._operand(other)
        if value is NotImplemented:
            return NotImplemented
        for operand in (self, other):
            if getattr(operand, "_value_", operand) is None:
                raise TypeError(f"'{operand}' cannot be combined with other "
                                "flags")
        return self.__class__(combine(self._value_, value))

    def __or__(self, other):
        return self._combined(other, _or)

    def __and__(self, other):
        return self._combined(other, lambda a, b: a & b)

    def __xor__(self, other):
        return self._combined(other, lambda a, b: a ^ b)

    def __invert__(self):
        if self._boundary_ in (EJECT, KEEP):
            return self.__class__(~self._value_)
        return self.__class__(self._singles_mask_ & ~self._value_)

    __ror__ = __or__
    __rand__ = __and__
    __rxor__ = __xor__


class IntFlag(int, ReprEnum, Flag, boundary=KEEP):
    """Bits with names, which are integers too."""


def _binary(number, width):
    """Return the bits of a number, with its sign as the first."""
    sign = "1" if number < 0 else "0"
    digits = f"{number & ((1 << width) - 1):0{width}b}" if width else "0"
    return f"0b{sign} {digits}"


def unique(enumeration):
    """Raise ValueError if a value has two names."""
    aliases = [f"{name} -> {known.name}"
               for name, known in enumeration.__members__.items()
               if name != known.name]
    if aliases:
        raise ValueError(f"duplicate values found in {enumeration!r}: "
                         f"{', '.join(aliases)}")
    return enumeration


class EnumCheck(StrEnum):
    """What verify() can check."""

    CONTINUOUS = "no skipped integer values"
    NAMED_FLAGS = "multi-flag aliases may not contain unnamed flags"
    UNIQUE = "one name per value"


CONTINUOUS, NAMED_FLAGS, UNIQUE = EnumCheck


class verify:
    """Checks an enumeration, as a decorator."""

    def __init__(self, *checks):
        self.checks = checks

    def __call__(self, enumeration):
        for check in self.checks:
            _CHECKS[check](enumeration)
        return enumeration


def _check_unique(enumeration):
    aliases = [f"{name} -> {known.name}"
               for name, known in enumeration.__members__.items()
               if name != known.name]
    if aliases:
        raise ValueError(f"aliases found in {enumeration!r}: "
                         f"{', '.join(aliases)}")


def _check_continuous(enumeration):
    values = {known._value_ for known in enumeration}
    if len(values) < 2:
        return
    low, high = min(values), max(values)
    if issubclass(enumeration, Flag):
        missing = [2 ** i for i in range(low.bit_length(), high.bit_length())
                   if 2 ** i not in values]
    elif issubclass(enumeration, int):
        missing = [i for i in range(low + 1, high) if i not in values]
    else:
        raise Exception(f"verify: unknown type {type(enumeration)!r}")
    if missing:
        kind = "flag" if issubclass(enumeration, Flag) else "enum"
        listed = ", ".join(map(str, missing))
        raise ValueError(f"invalid {kind} {enumeration.__name__!r}: missing "
                         f"values {listed}"[:256])


def _check_named_flags(enumeration):
    names = []
    unknown = 0
    for name, alias in enumeration._member_map_.items():
        if alias._value_ < 0:
            continue
        missing = alias._value_ & ~enumeration._singles_mask_
        if missing:
            names.append(name)
            unknown |= missing
    if not names:
        return
    subject = (f"alias {names[0]} is" if len(names) == 1 else
               f"aliases {', '.join(names[:-1])} and {names[-1]} are")
    amount = (f"value 0x{unknown:x}" if len(names) == 1 else
              f"combined values of 0x{unknown:x}")
    raise ValueError(f"invalid Flag {enumeration.__name__!r}: {subject} "
                     f"missing {amount} [use enum.show_flag_values(value) "
                     "for details]")


_CHECKS = {UNIQUE: _check_unique, CONTINUOUS: _check_continuous,
           NAMED_FLAGS: _check_named_flags}


def global_enum(cls, update_str=False):
    """Make the members global names of their module."""
    module = cls.__module__.split(".")[-1]

    def text(self):
        if self._name_ is None:
            return f"{module}.{cls.__name__}({self._value_!r})"
        return "|".join(name if name[0].isdigit() else f"{module}.{name}"
                        for name in self._name_.split("|"))

    cls.__repr__ = text
    if not issubclass(cls, ReprEnum) or update_str:
        cls.__str__ = lambda self: self._name_ or text(self)
    sys.modules[cls.__module__].__dict__.update(cls.__members__)
    return cls


def show_flag_values(value):
    """Return the list of the bits of a value."""
    return list(_bits(value))
