"""Warnings: filters, and how they are shown."""

import sys

__all__ = ["warn", "warn_explicit", "showwarning", "formatwarning",
           "filterwarnings", "simplefilter", "resetwarnings",
           "catch_warnings", "deprecated"]

_ACTIONS = ("default", "error", "ignore", "always", "all", "module", "once")

# Entries are (action, message pattern, category, module pattern, line). The
# patterns are compiled expressions, texts to compare with, or None.
filters = [
    ("default", None, DeprecationWarning, "__main__", 0),
    ("ignore", None, DeprecationWarning, None, 0),
    ("ignore", None, PendingDeprecationWarning, None, 0),
    ("ignore", None, ImportWarning, None, 0),
    ("ignore", None, ResourceWarning, None, 0),
]
defaultaction = "default"
onceregistry = {}
_filters_version = 1


def _filters_mutated():
    global _filters_version
    _filters_version += 1


class WarningMessage:
    """What is known about a warning that is shown."""

    _WARNING_DETAILS = ("message", "category", "filename", "lineno", "file",
                        "line", "source")

    def __init__(self, message, category, filename, lineno, file=None,
                 line=None, source=None):
        self.message = message
        self.category = category
        self.filename = filename
        self.lineno = lineno
        self.file = file
        self.line = line
        self.source = source
        self._category_name = category.__name__ if category else None

    def __str__(self):
        return (f"{{message : {self.message!r}, "
                f"category : {self._category_name!r}, "
                f"filename : {self.filename!r}, lineno : {self.lineno}, "
                f"line : {self.line!r}}}")


def formatwarning(message, category, filename, lineno, line=None):
    """Return the text of a warning."""
    return _formatwarnmsg_impl(
        WarningMessage(message, category, filename, lineno, None, line))


def _formatwarnmsg_impl(msg):
    text = (f"{msg.filename}:{msg.lineno}: {msg.category.__name__}: "
            f"{msg.message}\n")
    line = msg.line
    if line is None:
        try:
            import linecache
            line = linecache.getline(msg.filename, msg.lineno)
        except Exception:
            # Modules may be gone when the interpreter ends.
            line = None
    if line:
        text += f"  {line.strip()}\n"
    if msg.source is not None:
        text += (f"{msg.category.__name__}: Enable tracemalloc to get the "
                 "object allocation traceback\n")
    return text


def showwarning(message, category, filename, lineno, file=None, line=None):
    """Write a warning to a file, stderr by default."""
    _showwarnmsg_impl(WarningMessage(message, category, filename, lineno,
                                     file, line))


def _showwarnmsg_impl(msg):
    file = msg.file or sys.stderr
    if file is None:
        return
    try:
        file.write(_format(msg))
    except OSError:
        pass


_own_showwarning = showwarning
_own_formatwarning = formatwarning


def _format(msg):
    if formatwarning is not _own_formatwarning:
        # The program has put its own in place.
        return formatwarning(msg.message, msg.category, msg.filename,
                             msg.lineno, msg.line)
    return _formatwarnmsg_impl(msg)


def _showwarnmsg(msg):
    if showwarning is not _own_showwarning:
        if not callable(showwarning):
            raise TypeError("warnings.showwarning() must be set to a "
                            "function or method")
        showwarning(msg.message, msg.category, msg.filename, msg.lineno,
                    msg.file, msg.line)
        return
    _showwarnmsg_impl(msg)


class _Start:
    """Fits texts that start with this one; upper and lower case are alike."""

    def __init__(self, text):
        self._text = text.lower()

    def match(self, text):
        return text.lower().startswith(self._text) or None


def _take_options(options):
    for option in options:
        try:
            _take_option(option)
        except ValueError as error:
            print("Invalid -W option ignored:", error, file=sys.stderr)


def _take_option(option):
    fields = option.split(":")
    if len(fields) > 5:
        raise ValueError(f"too many fields (max 5): {option!r}")
    action, message, category, module, lineno = [
        field.strip() for field in fields + [""] * (5 - len(fields))]
    action = _action_called(action)
    category = _category_called(category)
    try:
        lineno = int(lineno or 0)
        if lineno < 0:
            raise ValueError
    except ValueError:
        raise ValueError(f"invalid lineno {lineno!r}") from None
    _add_filter(action, _Start(message) if message else None, category,
                module or None, lineno, append=False)


def _action_called(start):
    if not start:
        return "default"
    for action in ("default", "always", "all", "ignore", "module", "once",
                   "error"):
        if action.startswith(start):
            return action
    raise ValueError(f"invalid action: {start!r}")


def _category_called(name):
    if not name:
        return Warning
    module, _, short = name.rpartition(".")
    if not module:
        import builtins as found
    else:
        try:
            found = __import__(module, None, None, [short])
        except ImportError:
            raise ValueError(f"invalid module name: {module!r}") from None
    try:
        category = getattr(found, short)
    except AttributeError:
        raise ValueError(f"unknown warning category: {name!r}") from None
    if not (isinstance(category, type) and issubclass(category, Warning)):
        raise ValueError(f"invalid warning category: {name!r}")
    return category


def filterwarnings(action, message="", category=Warning, module="", lineno=0,
                   append=False):
    """Insert a filter; `message` and `module` are regular expressions."""
    if action not in _ACTIONS:
        raise ValueError(f"invalid action: {action!r}")
    if not isinstance(message, str):
        raise TypeError("message must be a string")
    if not isinstance(category, type) or not issubclass(category, Warning):
        raise TypeError("category must be a Warning subclass")
    if not isinstance(module, str):
        raise TypeError("module must be a string")
    _check_lineno(lineno)
    if message or module:
        import re
        message = re.compile(message, re.I) if message else None
        module = re.compile(module) if module else None
    _add_filter(action, message or None, category, module or None, lineno,
                append=append)


def simplefilter(action, category=Warning, lineno=0, append=False):
    """Insert a filter for all messages and modules."""
    if action not in _ACTIONS:
        raise ValueError(f"invalid action: {action!r}")
    _check_lineno(lineno)
    _add_filter(action, None, category, None, lineno, append=append)


def _check_lineno(lineno):
    if not isinstance(lineno, int):
        raise TypeError("lineno must be an int")
    if lineno < 0:
        raise ValueError("lineno must be an int >= 0")


def _add_filter(*item, append):
    if append:
        if item not in filters:
            filters.append(item)
    else:
        if item in filters:
            filters.remove(item)
        filters.insert(0, item)
    _filters_mutated()


def resetwarnings():
    """Remove all filters."""
    filters[:] = []
    _filters_mutated()


def warn(message, category=None, stacklevel=1, source=None, *,
         skip_file_prefixes=()):
    """Issue a warning, or raise it, as the filters say."""
    if isinstance(message, Warning):
        category = message.__class__
    elif category is None:
        category = UserWarning
    if not (isinstance(category, type) and issubclass(category, Warning)):
        name = (category if isinstance(category, type)
                else type(category)).__name__
        raise TypeError("category must be a Warning subclass, not "
                        f"'{name}'")
    if not isinstance(skip_file_prefixes, tuple):
        raise TypeError("skip_file_prefixes must be a tuple of strs.")
    if skip_file_prefixes:
        stacklevel = max(2, stacklevel)
    frame = _frame_at(sys._getframe(1), stacklevel, skip_file_prefixes)
    if frame is None:
        variables = sys.__dict__
        filename, lineno = "<sys>", 0
    else:
        variables = frame.f_globals
        filename, lineno = frame.f_code.co_filename, frame.f_lineno or 0
    registry = variables.setdefault("__warningregistry__", {})
    warn_explicit(message, category, filename, lineno,
                  variables.get("__name__", "<string>"), registry, variables,
                  source)


def _frame_at(frame, stacklevel, prefixes):
    """Return the frame a warning is attributed to, or None."""
    for _ in range(1, max(stacklevel, 1)):
        frame = frame.f_back
        while frame is not None and prefixes and \
                frame.f_code.co_filename.startswith(prefixes):
            frame = frame.f_back
        if frame is None:
            return None
    return frame


def _fits(pattern, text):
    if pattern is None:
        return True
    if isinstance(pattern, str):
        return pattern == text
    return pattern.match(text) is not None


def _find_action(text, category, module, lineno):
    for item in filters:
        action, message, kind, where, line = item
        if (_fits(message, text) and issubclass(category, kind)
                and _fits(where, module) and line in (0, lineno)):
            return action, item
    return defaultaction, None


def warn_explicit(message, category, filename, lineno, module=None,
                  registry=None, module_globals=None, source=None):
    """Issue a warning of a given place."""
    lineno = int(lineno)
    if module is None:
        module = filename or "<unknown>"
        if module[-3:].lower() == ".py":
            module = module[:-3]
    if registry is None:
        registry = {}
    if registry.get("version", 0) != _filters_version:
        registry.clear()
        registry["version"] = _filters_version
    if isinstance(message, Warning):
        text = str(message)
        category = message.__class__
    else:
        text = message
        message = category(message)
    key = (text, category, lineno)
    if registry.get(key):
        return
    action, item = _find_action(text, category, module, lineno)
    if action == "ignore":
        return
    if action == "error":
        raise message
    if action == "once":
        registry[key] = 1
        once = (text, category)
        if onceregistry.get(once):
            return
        onceregistry[once] = 1
    elif action == "module":
        registry[key] = 1
        everywhere = (text, category, 0)
        if registry.get(everywhere):
            return
        registry[everywhere] = 1
    elif action == "default":
        registry[key] = 1
    elif action not in ("always", "all"):
        raise RuntimeError(f"Unrecognized action ({action!r}) in "
                           f"warnings.filters:\n {item}")
    _showwarnmsg(WarningMessage(message, category, filename, lineno,
                                source=source))


class catch_warnings:
    """Keeps the filters of the block apart; may record the warnings."""

    def __init__(self, *, record=False, module=None, action=None,
                 category=Warning, lineno=0, append=False):
        self._record = record
        self._module = sys.modules["warnings"] if module is None else module
        self._entered = False
        self._filter = None
        if action is not None:
            self._filter = (action, category, lineno, append)

    def __repr__(self):
        args = []
        if self._record:
            args.append("record=True")
        if self._module is not sys.modules["warnings"]:
            args.append(f"module={self._module!r}")
        return f"{type(self).__name__}({', '.join(args)})"

    def __enter__(self):
        if self._entered:
            raise RuntimeError(f"Cannot enter {self!r} twice")
        self._entered = True
        module = self._module
        self._saved = (module.filters, module.showwarning,
                       module._showwarnmsg_impl)
        module.filters = list(module.filters)
        module._filters_mutated()
        log = None
        if self._record:
            log = []
            module._showwarnmsg_impl = log.append
            # A replacement left by an outer block must not see them.
            module.showwarning = module._own_showwarning
        if self._filter is not None:
            simplefilter(*self._filter)
        return log

    def __exit__(self, *exc_info):
        if not self._entered:
            raise RuntimeError(f"Cannot exit {self!r} without entering "
                               "first")
        module = self._module
        (module.filters, module.showwarning,
         module._showwarnmsg_impl) = self._saved
        module._filters_mutated()


class deprecated:
    """Marks a class or function as deprecated; its use is warned of."""

    def __init__(self, message, /, *, category=DeprecationWarning,
                 stacklevel=1):
        if not isinstance(message, str):
            raise TypeError("Expected an object of type str for 'message', "
                            f"not {type(message).__name__!r}")
        self.message = message
        self.category = category
        self.stacklevel = stacklevel

    def __call__(self, arg, /):
        if self.category is None:
            arg.__deprecated__ = self.message
            return arg
        if isinstance(arg, type):
            return self._mark_class(arg)
        if not callable(arg):
            raise TypeError("@deprecated decorator with non-None category "
                            "must be applied to a class or callable, not "
                            f"{arg!r}")
        return self._wrapper(arg)

    def _wrapper(self, function):
        import functools
        message, category = self.message, self.category
        stacklevel = self.stacklevel

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            warn(message, category=category, stacklevel=stacklevel + 1)
            return function(*args, **kwargs)

        import inspect
        if inspect.iscoroutinefunction(function):
            wrapper = inspect.markcoroutinefunction(wrapper)
        function.__deprecated__ = wrapper.__deprecated__ = message
        return wrapper

    def _mark_class(self, cls):
        import functools
        message, category = self.message, self.category
        stacklevel = self.stacklevel
        original_new = cls.__new__

        @functools.wraps(original_new)
        def __new__(kind, /, *args, **kwargs):
            if kind is cls:
                warn(message, category=category, stacklevel=stacklevel + 1)
            if original_new is not object.__new__:
                return original_new(kind, *args, **kwargs)
            if cls.__init__ is object.__init__ and (args or kwargs):
                raise TypeError(f"{cls.__name__}() takes no arguments")
            return original_new(kind)

        cls.__new__ = staticmethod(__new__)
        original_hook = cls.__init_subclass__
        inner = getattr(original_hook, "__func__", None)

        def __init_subclass__(kind, *args, **kwargs):
            warn(message, category=category, stacklevel=stacklevel + 1)
            if inner is not None:
                return inner(kind, *args, **kwargs)
            return original_hook(*args, **kwargs)

        cls.__init_subclass__ = classmethod(__init_subclass__)
        cls.__deprecated__ = message
        return cls


_take_options(sys.warnoptions)
