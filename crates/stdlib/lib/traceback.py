"""Tracebacks as text and as data."""

import sys
from _traceback import excerpt, suggestion

__all__ = ["extract_stack", "extract_tb", "format_exception",
           "format_exception_only", "format_list", "format_stack",
           "format_tb", "print_exc", "format_exc", "print_exception",
           "print_last", "print_stack", "print_tb", "clear_frames",
           "FrameSummary", "StackSummary", "TracebackException",
           "walk_stack", "walk_tb", "print_list"]


class _Implicit:
    """Stands for an argument that was not given."""

    def __repr__(self):
        return "<implicit>"


_missing = _Implicit()
_FILENAME = sys._getframe().f_code.co_filename

# Equal entries in a row that are printed before the rest is counted.
_RECURSIVE_CUTOFF = 3


class FrameSummary:
    """One entry of a traceback."""

    __slots__ = ("filename", "lineno", "end_lineno", "colno", "end_colno",
                 "name", "_lines", "_code", "locals")

    def __init__(self, filename, lineno, name, *, lookup_line=True,
                 locals=None, line=None, end_lineno=None, colno=None,
                 end_colno=None, **kwargs):
        self.filename = filename
        self.lineno = lineno
        self.end_lineno = lineno if end_lineno is None else end_lineno
        self.colno = colno
        self.end_colno = end_colno
        self.name = name
        self._lines = line
        self._code = kwargs.get("_code")
        if lookup_line:
            self.line
        self.locals = {key: _safe(value, "local", repr)
                       for key, value in locals.items()} if locals else None

    def __eq__(self, other):
        if isinstance(other, FrameSummary):
            return (self.filename == other.filename
                    and self.lineno == other.lineno
                    and self.name == other.name
                    and self.locals == other.locals)
        if isinstance(other, tuple):
            return tuple(self) == other
        return NotImplemented

    __hash__ = None

    def __getitem__(self, index):
        return (self.filename, self.lineno, self.name, self.line)[index]

    def __iter__(self):
        return iter((self.filename, self.lineno, self.name, self.line))

    def __len__(self):
        return 4

    def __repr__(self):
        return (f"<FrameSummary file {self.filename}, line {self.lineno} in "
                f"{self.name}>")

    @property
    def _source(self):
        """The lines as they stand in the source, or None."""
        if self._lines is None and self.lineno is not None:
            from linecache import getline
            self._lines = "".join(
                getline(self.filename, number).rstrip() + "\n"
                for number in range(self.lineno, self.end_lineno + 1))
        return self._lines

    @property
    def line(self):
        """The first line without the blanks around it."""
        source = self._source
        return None if source is None else source.partition("\n")[0].strip()


def walk_stack(f):
    """Yield (frame, line) from a frame outwards."""
    if f is None:
        f = sys._getframe()
        # Whoever runs this generator may be a method of StackSummary.
        while f is not None and f.f_code.co_filename == _FILENAME:
            f = f.f_back
    while f is not None:
        yield f, f.f_lineno
        f = f.f_back


def walk_tb(tb):
    """Yield (frame, line) of a traceback."""
    while tb is not None:
        yield tb.tb_frame, tb.tb_lineno
        tb = tb.tb_next


def _walk_with_positions(tb):
    while tb is not None:
        yield tb.tb_frame, _positions(tb)
        tb = tb.tb_next


def _positions(tb):
    """Return (line, end line, column, end column), where they are known."""
    code = tb.tb_frame.f_code
    try:
        for index, position in enumerate(code.co_positions()):
            if index == tb.tb_lasti // 2:
                if position[0] != tb.tb_lineno:
                    break
                return position
    except AttributeError:
        pass
    return tb.tb_lineno, None, None, None


class StackSummary(list):
    """A list of FrameSummary."""

    @classmethod
    def extract(cls, frame_gen, *, limit=None, lookup_lines=True,
                capture_locals=False):
        """Make a summary of what walk_stack() or walk_tb() yields."""
        return cls._extract(((frame, (lineno, None, None, None))
                             for frame, lineno in frame_gen),
                            limit, lookup_lines, capture_locals)

    @classmethod
    def _extract(cls, frames, limit, lookup_lines, capture_locals):
        if limit is None:
            limit = getattr(sys, "tracebacklimit", None)
            if limit is not None and limit < 0:
                limit = 0
        frames = list(frames) if limit is None or limit < 0 \
            else _first(frames, limit)
        if limit is not None and limit < 0:
            frames = frames[limit:]
        summary = cls()
        for frame, (lineno, end_lineno, colno, end_colno) in frames:
            code = frame.f_code
            summary.append(FrameSummary(
                code.co_filename, lineno, code.co_name, lookup_line=False,
                locals=frame.f_locals if capture_locals else None,
                end_lineno=end_lineno, colno=colno, end_colno=end_colno))
        if frames:
            from linecache import checkcache
            for filename in {entry.filename for entry in summary}:
                checkcache(filename)
        if lookup_lines:
            for entry in summary:
                entry.line
        return summary

    @classmethod
    def from_list(cls, a_list):
        """Make a summary of FrameSummary objects or 4-tuples."""
        summary = cls()
        for frame in a_list:
            if not isinstance(frame, FrameSummary):
                filename, lineno, name, line = frame
                frame = FrameSummary(filename, lineno, name, line=line)
            summary.append(frame)
        return summary

    def format_frame_summary(self, frame_summary, **kwargs):
        """Return the text of one entry."""
        filename = frame_summary.filename
        if filename.startswith("<stdin-") and filename.endswith(">"):
            filename = "<stdin>"
        text = (f'  File "{filename}", line {frame_summary.lineno}, in '
                f"{frame_summary.name}\n")
        if frame_summary._source:
            text += excerpt(frame_summary._source, frame_summary.lineno,
                            frame_summary.end_lineno, frame_summary.colno,
                            frame_summary.end_colno)
        for name, value in sorted((frame_summary.locals or {}).items()):
            text += f"    {name} = {value}\n"
        return text

    def format(self, **kwargs):
        """Return the texts of all entries; a recursion is cut short."""
        result = []
        last = None
        count = 0
        for frame in self:
            text = self.format_frame_summary(frame)
            if text is None:
                continue
            here = (frame.filename, frame.lineno, frame.name)
            if here != last:
                _add_repetition(result, count)
                last = here
                count = 0
            count += 1
            if count <= _RECURSIVE_CUTOFF:
                result.append(text)
        _add_repetition(result, count)
        return result


def _first(items, limit):
    result = []
    for item in items:
        if len(result) >= limit:
            break
        result.append(item)
    return result


def _add_repetition(result, count):
    if count > _RECURSIVE_CUTOFF:
        more = count - _RECURSIVE_CUTOFF
        result.append(f"  [Previous line repeated {more} more "
                      f"time{'s' if more > 1 else ''}]\n")


def _safe(value, what, convert=str):
    try:
        return convert(value)
    except Exception:
        return f"<{what} {convert.__name__}() failed>"


class TracebackException:
    """An exception as data, ready to be printed."""

    def __init__(self, exc_type, exc_value, exc_traceback, *, limit=None,
                 lookup_lines=True, capture_locals=False, compact=False,
                 max_group_width=15, max_group_depth=10, save_exc_type=True,
                 _seen=None):
        seen = set() if _seen is None else _seen
        seen.add(id(exc_value))
        self.max_group_width = max_group_width
        self.max_group_depth = max_group_depth
        self.stack = StackSummary._extract(
            _walk_with_positions(exc_traceback), limit, lookup_lines,
            capture_locals)
        self._exc_type = exc_type if save_exc_type else None
        self._str = _safe(exc_value, "exception")
        self.__notes__ = _notes_of(exc_value)
        self._have_exc_type = exc_type is not None
        self.exc_type_qualname = self.exc_type_module = None
        if exc_type is not None:
            self.exc_type_qualname = exc_type.__qualname__
            self.exc_type_module = exc_type.__module__
        self._is_syntax_error = False
        if exc_type is not None and issubclass(exc_type, SyntaxError):
            self._is_syntax_error = True
            self._take_syntax_error(exc_value)
        elif exc_value is not None:
            self._str += suggestion(exc_value, exc_traceback)
        self.__suppress_context__ = (exc_value is not None
                                     and exc_value.__suppress_context__)
        options = dict(limit=limit, lookup_lines=lookup_lines,
                       capture_locals=capture_locals, compact=compact,
                       max_group_width=max_group_width,
                       max_group_depth=max_group_depth)
        self._link(exc_value, seen, compact, options)

    def _take_syntax_error(self, exc_value):
        self.filename = exc_value.filename
        self.lineno = _text_or_none(exc_value.lineno)
        self.end_lineno = _text_or_none(exc_value.end_lineno)
        self.text = exc_value.text
        self.offset = exc_value.offset
        self.end_offset = exc_value.end_offset
        self.msg = exc_value.msg

    def _link(self, root, seen, compact, options):
        """Describe causes, contexts and group members, without recursion."""
        queue = [(self, root)]
        while queue:
            described, exc = queue.pop()
            described.__cause__ = described.__context__ = None
            described.exceptions = None
            if exc is None:
                continue
            made = []

            def describe(other, extra):
                result = TracebackException.__new__(type(self))
                result._describe(other, seen, extra)
                made.append((result, other))
                return result

            cause, context = exc.__cause__, exc.__context__
            if cause is not None and id(cause) not in seen:
                described.__cause__ = describe(cause, options)
            wanted = not compact or (described.__cause__ is None
                                     and not exc.__suppress_context__)
            if context is not None and id(context) not in seen and wanted:
                described.__context__ = describe(context, options)
            if isinstance(exc, BaseExceptionGroup):
                described.exceptions = [describe(member, options)
                                        for member in exc.exceptions]
            queue += made

    def _describe(self, exc, seen, options):
        """Fill a description in, without its links."""
        options = dict(options)
        options.pop("compact")
        seen.add(id(exc))
        exc_type = type(exc)
        self.max_group_width = options["max_group_width"]
        self.max_group_depth = options["max_group_depth"]
        self.stack = StackSummary._extract(
            _walk_with_positions(exc.__traceback__), options["limit"],
            options["lookup_lines"], options["capture_locals"])
        self._exc_type = exc_type
        self._have_exc_type = True
        self._str = _safe(exc, "exception")
        self.__notes__ = _notes_of(exc)
        self.exc_type_qualname = exc_type.__qualname__
        self.exc_type_module = exc_type.__module__
        self._is_syntax_error = isinstance(exc, SyntaxError)
        if self._is_syntax_error:
            self._take_syntax_error(exc)
        else:
            self._str += suggestion(exc, exc.__traceback__)
        self.__suppress_context__ = exc.__suppress_context__

    @classmethod
    def from_exception(cls, exc, *args, **kwargs):
        return cls(type(exc), exc, exc.__traceback__, *args, **kwargs)

    @property
    def exc_type(self):
        from warnings import warn
        warn("Deprecated in 3.13. Use exc_type_str instead.",
             DeprecationWarning, stacklevel=2)
        return self._exc_type

    @property
    def exc_type_str(self):
        """The name of the type, with its module unless that is usual."""
        if not self._have_exc_type:
            return None
        module = self.exc_type_module
        if module in ("__main__", "builtins"):
            return self.exc_type_qualname
        if not isinstance(module, str):
            module = "<unknown>"
        return f"{module}.{self.exc_type_qualname}"

    def __eq__(self, other):
        if isinstance(other, TracebackException):
            return self.__dict__ == other.__dict__
        return NotImplemented

    __hash__ = None

    def __str__(self):
        return self._str

    def format_exception_only(self, *, show_group=False, _depth=0, **kwargs):
        """Yield the lines that name the exception."""
        indent = 3 * _depth * " "
        if not self._have_exc_type:
            yield indent + _final_line(None, self._str)
            return
        if self._is_syntax_error:
            for line in self._format_syntax_error():
                yield indent + line
        else:
            yield from _indented(_final_line(self.exc_type_str, self._str),
                                 indent)
        notes = self.__notes__
        if isinstance(notes, (list, tuple)):
            for note in notes:
                note = _safe(note, "note")
                yield from (indent + line + "\n"
                            for line in note.split("\n"))
        elif notes is not None:
            yield indent + _safe(notes, "__notes__", repr) + "\n"
        if self.exceptions and show_group:
            for member in self.exceptions:
                yield from member.format_exception_only(
                    show_group=show_group, _depth=_depth + 1)

    def _format_syntax_error(self):
        """Yield the place, the line with carets and the message."""
        suffix = ""
        if self.lineno is not None:
            yield (f'  File "{self.filename or "<string>"}", line '
                   f"{self.lineno}\n")
        elif self.filename is not None:
            suffix = f" ({self.filename})"
        text = self.text
        if text is not None:
            stripped = text.rstrip("\n")
            shown = stripped.lstrip(" \n\f")
            yield f"    {shown}\n"
            if self.offset is not None:
                yield from self._syntax_carets(stripped, shown)
        message = self.msg or "<no detail available>"
        yield f"{self.exc_type_str}: {message}{suffix}\n"

    def _syntax_carets(self, line, shown):
        offset = self.offset
        end = self.end_offset if self.end_offset not in (None, 0) else offset
        if self.end_lineno not in (None, self.lineno):
            end = len(line) + 1
        if offset == end or end == -1:
            end = offset + 1
        cut = len(line) - len(shown)
        column = offset - 1 - cut
        if column >= 0:
            blanks = "".join(char if char.isspace() else " "
                             for char in shown[:column])
            yield f"    {blanks}{'^' * (end - offset)}\n"

    def format(self, *, chain=True, _ctx=None, **kwargs):
        """Yield the lines of the whole report."""
        if _ctx is None:
            _ctx = _GroupPrinter()
        for message, exc in reversed(self._chain() if chain
                                     else [(None, self)]):
            if message is not None:
                yield from _ctx.emit(message)
            if exc.exceptions is None:
                yield from exc._format_plain(_ctx)
            elif _ctx.depth > self.max_group_depth:
                yield from _ctx.emit("... (max_group_depth is "
                                     f"{self.max_group_depth})\n")
            else:
                yield from exc._format_group(_ctx)

    def _chain(self):
        """Return [(what follows it, exception)], the last one first."""
        chain = []
        exc = self
        while exc is not None:
            if exc.__cause__ is not None:
                message, following = _CAUSE_MESSAGE, exc.__cause__
            elif exc.__context__ is not None \
                    and not exc.__suppress_context__:
                message, following = _CONTEXT_MESSAGE, exc.__context__
            else:
                message = following = None
            chain.append((message, exc))
            exc = following
        return chain

    def _format_plain(self, ctx):
        if self.stack:
            yield from ctx.emit("Traceback (most recent call last):\n")
            for text in self.stack.format():
                yield from ctx.emit(text)
        for text in self.format_exception_only():
            yield from ctx.emit(text)

    def _format_group(self, ctx):
        outermost = ctx.depth == 0
        if outermost:
            ctx.depth += 1
        if self.stack:
            yield from ctx.emit("Exception Group Traceback (most recent call "
                                "last):\n", "+" if outermost else None)
            for text in self.stack.format():
                yield from ctx.emit(text)
        for text in self.format_exception_only():
            yield from ctx.emit(text)
        total = len(self.exceptions)
        shown = min(total, self.max_group_width + 1)
        ctx.close_needed = False
        for index in range(shown):
            last = index == shown - 1
            if last:
                ctx.close_needed = True
            truncated = index >= self.max_group_width
            title = "..." if truncated else str(index + 1)
            start = "+-" if index == 0 else "  "
            yield (f"{ctx.indent()}{start}+---------------- {title} "
                   "----------------\n")
            ctx.depth += 1
            if truncated:
                remaining = total - self.max_group_width
                plural = "s" if remaining > 1 else ""
                yield from ctx.emit(f"and {remaining} more "
                                    f"exception{plural}\n")
            else:
                yield from self.exceptions[index].format(_ctx=ctx)
            if last and ctx.close_needed:
                yield f"{ctx.indent()}+------------------------------------\n"
                ctx.close_needed = False
            ctx.depth -= 1
        if outermost:
            ctx.depth = 0

    def print(self, *, file=None, chain=True, **kwargs):
        """Write the whole report to a file, stderr by default."""
        file = sys.stderr if file is None else file
        for line in self.format(chain=chain):
            print(line, file=file, end="")


_CAUSE_MESSAGE = ("\nThe above exception was the direct cause of the "
                  "following exception:\n\n")
_CONTEXT_MESSAGE = ("\nDuring handling of the above exception, another "
                    "exception occurred:\n\n")


class _GroupPrinter:
    """Keeps how deep in exception groups the output is."""

    def __init__(self):
        self.depth = 0
        self.close_needed = False

    def indent(self):
        return " " * (2 * self.depth)

    def emit(self, text, margin=None):
        if not self.depth:
            yield text
            return
        prefix = f"{self.indent()}{margin or '|'} "
        for line in text.splitlines(keepends=True):
            yield prefix + line if line.strip("\n") else \
                prefix.rstrip() + " " + line


def _indented(text, indent):
    if not indent:
        yield text
        return
    for line in text[:-1].split("\n"):
        yield f"{indent}{line}\n"


def _final_line(name, text):
    if text is None or not str(text):
        return f"{name}\n"
    return f"{name}: {text}\n"


def _notes_of(exc):
    try:
        return getattr(exc, "__notes__", None)
    except Exception as error:
        shown = _safe(error, "__notes__", repr)
        return [f"Ignored error getting __notes__: {shown}"]


def _text_or_none(value):
    return None if value is None else str(value)


def _parse_value_tb(exc, value, tb):
    """Accept (exception) as well as (type, value, traceback)."""
    if (value is _missing) != (tb is _missing):
        raise ValueError("Both or neither of value and tb must be given")
    if value is tb is _missing:
        if exc is None:
            return None, None
        if isinstance(exc, BaseException):
            return exc, exc.__traceback__
        raise TypeError("Exception expected for value, "
                        f"{type(exc).__name__} found")
    return value, tb


def print_exception(exc, /, value=_missing, tb=_missing, limit=None,
                    file=None, chain=True, **kwargs):
    """Write an exception and its traceback, stderr by default."""
    value, tb = _parse_value_tb(exc, value, tb)
    TracebackException(type(value), value, tb, limit=limit,
                       compact=True).print(file=file, chain=chain)


def format_exception(exc, /, value=_missing, tb=_missing, limit=None,
                     chain=True, **kwargs):
    """Return what print_exception() would write, in lines."""
    value, tb = _parse_value_tb(exc, value, tb)
    described = TracebackException(type(value), value, tb, limit=limit,
                                   compact=True)
    return list(described.format(chain=chain))


def format_exception_only(exc, /, value=_missing, *, show_group=False,
                          **kwargs):
    """Return the lines that name an exception."""
    if value is _missing:
        value = exc
    described = TracebackException(type(value), value, None, compact=True)
    return list(described.format_exception_only(show_group=show_group))


def print_exc(limit=None, file=None, chain=True):
    """Write the exception being handled."""
    print_exception(sys.exception(), limit=limit, file=file, chain=chain)


def format_exc(limit=None, chain=True):
    """Return what print_exc() would write."""
    return "".join(format_exception(sys.exception(), limit=limit,
                                    chain=chain))


def print_last(limit=None, file=None, chain=True):
    """Write the last exception that nobody handled."""
    if not hasattr(sys, "last_exc") and not hasattr(sys, "last_type"):
        raise ValueError("no last exception")
    print_exception(sys.last_exc, limit=limit, file=file, chain=chain)


def print_list(extracted_list, file=None):
    """Write what extract_tb() or extract_stack() returned."""
    file = sys.stderr if file is None else file
    for text in StackSummary.from_list(extracted_list).format():
        print(text, file=file, end="")


def format_list(extracted_list):
    """Return what print_list() would write, in lines."""
    return StackSummary.from_list(extracted_list).format()


def extract_tb(tb, limit=None):
    """Return a StackSummary of a traceback."""
    return StackSummary._extract(_walk_with_positions(tb), limit, True,
                                 False)


def print_tb(tb, limit=None, file=None):
    """Write the entries of a traceback."""
    print_list(extract_tb(tb, limit=limit), file=file)


def format_tb(tb, limit=None):
    """Return what print_tb() would write, in lines."""
    return extract_tb(tb, limit=limit).format()


def extract_stack(f=None, limit=None):
    """Return a StackSummary of a frame and those around it."""
    if f is None:
        f = sys._getframe().f_back
    stack = StackSummary.extract(walk_stack(f), limit=limit)
    stack.reverse()
    return stack


def print_stack(f=None, limit=None, file=None):
    """Write the stack of a frame."""
    if f is None:
        f = sys._getframe().f_back
    print_list(extract_stack(f, limit=limit), file=file)


def format_stack(f=None, limit=None):
    """Return what print_stack() would write, in lines."""
    if f is None:
        f = sys._getframe().f_back
    return format_list(extract_stack(f, limit=limit))


def clear_frames(tb):
    """Drop the local variables of all frames of a traceback."""
    while tb is not None:
        try:
            tb.tb_frame.clear()
        except RuntimeError:
            pass  # it still runs
        tb = tb.tb_next
