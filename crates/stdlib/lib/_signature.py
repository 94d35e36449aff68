"""Signatures of callables: parameters, and binding arguments to them."""

from types import FunctionType, MappingProxyType, MethodType


class _empty:
    """Marks what a parameter or signature lacks."""


class _Kind(int):
    """The kind of a parameter, in the order they stand in."""

    names = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL",
             "KEYWORD_ONLY", "VAR_KEYWORD")
    words = ("positional-only", "positional or keyword",
             "variadic positional", "keyword-only", "variadic keyword")

    @property
    def name(self):
        return self.names[self]

    @property
    def description(self):
        return self.words[self]

    def __str__(self):
        return self.name

    def __repr__(self):
        return f"<_ParameterKind.{self.name}: {int(self)}>"


(_POSITIONAL_ONLY, _POSITIONAL_OR_KEYWORD, _VAR_POSITIONAL, _KEYWORD_ONLY,
 _VAR_KEYWORD) = map(_Kind, range(5))


def _annotation_text(annotation):
    if isinstance(annotation, type) and not hasattr(annotation,
                                                    "__origin__"):
        if annotation.__module__ == "builtins":
            return annotation.__qualname__
        return f"{annotation.__module__}.{annotation.__qualname__}"
    return repr(annotation).replace("typing.", "")


class Parameter:
    """A parameter of a callable."""

    __slots__ = ("_name", "_kind", "_default", "_annotation")

    POSITIONAL_ONLY = _POSITIONAL_ONLY
    POSITIONAL_OR_KEYWORD = _POSITIONAL_OR_KEYWORD
    VAR_POSITIONAL = _VAR_POSITIONAL
    KEYWORD_ONLY = _KEYWORD_ONLY
    VAR_KEYWORD = _VAR_KEYWORD
    empty = _empty

    def __init__(self, name, kind, *, default=_empty, annotation=_empty):
        try:
            kind = _Kind(kind)
            kind.name
        except (TypeError, ValueError, IndexError):
            raise ValueError(f"value {kind!r} is not a valid "
                             "Parameter.kind") from None
        if default is not _empty and kind in (_VAR_POSITIONAL, _VAR_KEYWORD):
            raise ValueError(f"{kind.description} parameters cannot have "
                             "default values")
        if not isinstance(name, str):
            raise TypeError("name must be a str, not a "
                            f"{type(name).__name__}")
        if not name.isidentifier():
            raise ValueError(f"{name!r} is not a valid parameter name")
        self._name = name
        self._kind = kind
        self._default = default
        self._annotation = annotation

    name = property(lambda self: self._name)
    kind = property(lambda self: self._kind)
    default = property(lambda self: self._default)
    annotation = property(lambda self: self._annotation)

    def replace(self, *, name=_empty, kind=_empty, annotation=_empty,
                default=_empty):
        """Return a parameter with some of its parts changed."""
        return type(self)(
            self._name if name is _empty else name,
            self._kind if kind is _empty else kind,
            default=self._default if default is _empty else default,
            annotation=(self._annotation if annotation is _empty
                        else annotation))

    def __str__(self):
        text = self._name
        if self._annotation is not _empty:
            text += f": {_annotation_text(self._annotation)}"
        if self._default is not _empty:
            equals = " = " if self._annotation is not _empty else "="
            text += f"{equals}{self._default!r}"
        if self._kind == _VAR_POSITIONAL:
            return "*" + text
        if self._kind == _VAR_KEYWORD:
            return "**" + text
        return text

    def __repr__(self):
        return f'<{self.__class__.__name__} "{self}">'

    def __eq__(self, other):
        if not isinstance(other, Parameter):
            return NotImplemented
        return (self._name == other._name and self._kind == other._kind
                and self._default == other._default
                and self._annotation == other._annotation)

    def __hash__(self):
        return hash((self._name, self._kind, self._annotation,
                     self._default))


class BoundArguments:
    """Arguments as they belong to parameters."""

    __slots__ = ("arguments", "_signature")

    def __init__(self, signature, arguments):
        self.arguments = arguments
        self._signature = signature

    @property
    def signature(self):
        return self._signature

    @property
    def args(self):
        args = []
        for name, param in self._signature.parameters.items():
            if param.kind in (_VAR_KEYWORD, _KEYWORD_ONLY) \
                    or name not in self.arguments:
                break
            if param.kind == _VAR_POSITIONAL:
                args.extend(self.arguments[name])
            else:
                args.append(self.arguments[name])
        return tuple(args)

    @property
    def kwargs(self):
        kwargs = {}
        by_name = False
        for name, param in self._signature.parameters.items():
            if not by_name:
                if param.kind in (_VAR_KEYWORD, _KEYWORD_ONLY):
                    by_name = True
                elif name not in self.arguments:
                    # All that follows goes by name.
                    by_name = True
                    continue
            if not by_name or name not in self.arguments:
                continue
            if param.kind == _VAR_KEYWORD:
                kwargs.update(self.arguments[name])
            else:
                kwargs[name] = self.arguments[name]
        return kwargs

    def apply_defaults(self):
        """Add the defaults of what was not given."""
        arguments = {}
        for name, param in self._signature.parameters.items():
            if name in self.arguments:
                arguments[name] = self.arguments[name]
            elif param.default is not _empty:
                arguments[name] = param.default
            elif param.kind == _VAR_POSITIONAL:
                arguments[name] = ()
            elif param.kind == _VAR_KEYWORD:
                arguments[name] = {}
        self.arguments = arguments

    def __eq__(self, other):
        if not isinstance(other, BoundArguments):
            return NotImplemented
        return (self._signature == other._signature
                and self.arguments == other.arguments)

    __hash__ = None

    def __repr__(self):
        args = ", ".join(f"{name}={value!r}"
                         for name, value in self.arguments.items())
        return f"<{self.__class__.__name__} ({args})>"


class Signature:
    """The parameters of a callable and what it returns."""

    __slots__ = ("_parameters", "_return_annotation")

    empty = _empty

    def __init__(self, parameters=None, *, return_annotation=_empty,
                 __validate_parameters__=True):
        ordered = {}
        previous = None
        for param in parameters or ():
            if previous is not None and param.kind < previous.kind:
                raise ValueError(
                    f"wrong parameter order: {previous.kind.description} "
                    f"parameter before {param.kind.description} parameter")
            if param.name in ordered:
                raise ValueError("duplicate parameter name: "
                                 f"{param.name!r}")
            ordered[param.name] = param
            previous = param
        self._parameters = MappingProxyType(ordered)
        self._return_annotation = return_annotation

    parameters = property(lambda self: self._parameters)
    return_annotation = property(lambda self: self._return_annotation)

    @classmethod
    def from_callable(cls, obj, *, follow_wrapped=True, **kwargs):
        return signature_of(obj, follow_wrapped)

    def replace(self, *, parameters=_empty, return_annotation=_empty):
        """Return a signature with some of its parts changed."""
        return type(self)(
            self._parameters.values() if parameters is _empty
            else parameters,
            return_annotation=(self._return_annotation
                               if return_annotation is _empty
                               else return_annotation))

    def __eq__(self, other):
        if not isinstance(other, Signature):
            return NotImplemented
        return (list(self._parameters.values())
                == list(other._parameters.values())
                and self._return_annotation == other._return_annotation)

    def __hash__(self):
        return hash((tuple(self._parameters.values()),
                     self._return_annotation))

    def bind(self, /, *args, **kwargs):
        """Return how a call's arguments belong to the parameters."""
        return self._bind(args, kwargs)

    def bind_partial(self, /, *args, **kwargs):
        """As bind(), with arguments missing."""
        return self._bind(args, kwargs, partial=True)

    def _bind(self, args, kwargs, partial=False):
        kwargs = dict(kwargs)
        params = list(self._parameters.values())
        arguments, bound = self._bind_positional(params, args, kwargs, partial)
        var_keyword = None
        for param in params[bound:]:
            name, kind = param.name, param.kind
            if kind == _VAR_KEYWORD:
                var_keyword = name
            elif kind == _VAR_POSITIONAL:
                continue
            elif name in kwargs and kind != _POSITIONAL_ONLY:
                arguments[name] = kwargs.pop(name)
            elif param.default is _empty and not partial:
                raise TypeError(f"missing a required argument: {name!r}")
        if kwargs:
            if var_keyword is None:
                raise TypeError("got an unexpected keyword argument "
                                f"{next(iter(kwargs))!r}")
            arguments[var_keyword] = kwargs
        return BoundArguments(self, arguments)

    def _bind_positional(self, params, args, kwargs, partial):
        """Bind positional arguments; return them and how many parameters
        have been dealt with."""
        arguments = {}
        for i, param in enumerate(params):
            name, kind = param.name, param.kind
            if kind == _VAR_POSITIONAL:
                if len(args) > i:
                    arguments[name] = tuple(args[i:])
                return arguments, i + 1
            if i < len(args):
                if kind in (_VAR_KEYWORD, _KEYWORD_ONLY):
                    raise TypeError("too many positional arguments")
                if name in kwargs and kind != _POSITIONAL_ONLY:
                    raise TypeError(f"multiple values for argument {name!r}")
                arguments[name] = args[i]
                continue
            if kind == _VAR_KEYWORD or name in kwargs or partial \
                    or param.default is not _empty:
                return arguments, i
            what = " keyword-only" if kind == _KEYWORD_ONLY else ""
            raise TypeError(f"missing a required{what} argument: {name!r}")
        if len(args) > len(params):
            raise TypeError("too many positional arguments")
        return arguments, len(params)

    def __repr__(self):
        return f"<{self.__class__.__name__} {self}>"

    def __str__(self):
        return self.format()

    def format(self, *, max_width=None):
        """Return the text; one parameter a line if it is too wide."""
        parts = []
        positional_only = False
        star_needed = True
        for param in self._parameters.values():
            if param.kind == _POSITIONAL_ONLY:
                positional_only = True
            elif positional_only:
                parts.append("/")
                positional_only = False
            if param.kind == _VAR_POSITIONAL:
                star_needed = False
            elif param.kind == _KEYWORD_ONLY and star_needed:
                parts.append("*")
                star_needed = False
            parts.append(str(param))
        if positional_only:
            parts.append("/")
        text = f"({', '.join(parts)})"
        if max_width is not None and len(text) > max_width:
            text = "(\n    " + ",\n    ".join(parts) + "\n)"
        if self._return_annotation is not _empty:
            text += f" -> {_annotation_text(self._return_annotation)}"
        return text


def _of_function(func):
    code = func.__code__
    names = code.co_varnames
    positional = code.co_argcount
    only = code.co_posonlyargcount
    keyword_only = code.co_kwonlyargcount
    annotations = getattr(func, "__annotations__", None) or {}
    defaults = func.__defaults__ or ()
    kwdefaults = func.__kwdefaults__ or {}
    params = []

    def add(name, kind, default=_empty):
        params.append(Parameter(name, kind, default=default,
                                annotation=annotations.get(name, _empty)))

    first_default = positional - len(defaults)
    for index, name in enumerate(names[:positional]):
        add(name, _POSITIONAL_ONLY if index < only
            else _POSITIONAL_OR_KEYWORD,
            defaults[index - first_default] if index >= first_default
            else _empty)
    index = positional + keyword_only
    if code.co_flags & 0x4:
        add(names[index], _VAR_POSITIONAL)
        index += 1
    for name in names[positional:positional + keyword_only]:
        add(name, _KEYWORD_ONLY, kwdefaults.get(name, _empty))
    if code.co_flags & 0x8:
        add(names[index], _VAR_KEYWORD)
    return Signature(params,
                     return_annotation=annotations.get("return", _empty))


def _without_first(signature):
    """Return the signature of a bound method."""
    params = list(signature.parameters.values())
    if not params or params[0].kind in (_VAR_KEYWORD, _KEYWORD_ONLY):
        raise ValueError("invalid method signature")
    if params[0].kind != _VAR_POSITIONAL:
        params = params[1:]
    return signature.replace(parameters=params)


def _of_partial(obj, follow_wrapped):
    inner = signature_of(obj.func, follow_wrapped)
    bound = inner.bind_partial(*obj.args, **obj.keywords).arguments
    params = []
    by_keyword = False
    for name, param in inner.parameters.items():
        if name in obj.keywords and param.kind != _POSITIONAL_ONLY:
            by_keyword = True
            params.append(param.replace(kind=_KEYWORD_ONLY,
                                        default=obj.keywords[name]))
        elif name in bound and param.kind in (_POSITIONAL_ONLY,
                                              _POSITIONAL_OR_KEYWORD):
            continue
        elif by_keyword and param.kind == _POSITIONAL_OR_KEYWORD:
            params.append(param.replace(kind=_KEYWORD_ONLY))
        elif not (by_keyword and param.kind == _VAR_POSITIONAL):
            params.append(param)
    return inner.replace(parameters=params)


def signature_of(obj, follow_wrapped=True):
    """Return the signature of a callable."""
    if not callable(obj):
        raise TypeError(f"{obj!r} is not a callable object")
    if isinstance(obj, MethodType):
        return _without_first(signature_of(obj.__func__, follow_wrapped))
    if follow_wrapped:
        from inspect import unwrap
        obj = unwrap(obj, stop=lambda f: hasattr(f, "__signature__"))
        if isinstance(obj, MethodType):
            return signature_of(obj)
    given = getattr(obj, "__signature__", None)
    if given is not None:
        if not isinstance(given, Signature):
            raise TypeError("unexpected object in __signature__ attribute: "
                            f"{given!r}")
        return given
    if isinstance(obj, FunctionType):
        return _of_function(obj)
    import sys
    functools = sys.modules.get("functools")
    if functools is not None and isinstance(obj, functools.partial):
        return _of_partial(obj, follow_wrapped)
    if isinstance(obj, type):
        return _of_class(obj, follow_wrapped)
    call = getattr(type(obj), "__call__", None)
    if isinstance(call, (FunctionType, MethodType)):
        return _without_first(signature_of(call, follow_wrapped))
    raise ValueError(f"no signature found for builtin {obj!r}")


def _of_class(cls, follow_wrapped):
    for owner, name in ((type(cls), "__call__"), (cls, "__new__"),
                        (cls, "__init__")):
        method = getattr(owner, name, None)
        if isinstance(method, FunctionType):
            return _without_first(signature_of(method, follow_wrapped))
    if cls.__init__ is object.__init__ and cls.__new__ is object.__new__:
        return Signature()
    raise ValueError(f"no signature found for builtin type {cls!r}")


for _class in (Parameter, Signature, BoundArguments, _empty):
    _class.__module__ = "inspect"
del _class
