"""Constants of characters, templates and the formatter behind str.format."""

__all__ = ["ascii_letters", "ascii_lowercase", "ascii_uppercase", "capwords",
           "digits", "hexdigits", "octdigits", "printable", "punctuation",
           "whitespace", "Formatter", "Template"]

whitespace = " \t\n\r\v\f"
ascii_lowercase = "abcdefghijklmnopqrstuvwxyz"
ascii_uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ascii_letters = ascii_lowercase + ascii_uppercase
digits = "0123456789"
hexdigits = digits + "abcdef" + "ABCDEF"
octdigits = "01234567"
punctuation = r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"""
printable = digits + ascii_letters + punctuation + whitespace


def capwords(s, sep=None):
    """Capitalize each word; without `sep`, join them by single spaces."""
    return (sep or " ").join(word.capitalize() for word in s.split(sep))


_missing = {}


class Template:
    """A text with $-placeholders.

    Placeholders are found by a scanner for identifiers of ASCII letters,
    unless a subclass brings a `pattern` or `idpattern` of its own.
    """

    delimiter = "$"
    idpattern = None
    braceidpattern = None
    pattern = None
    flags = None

    def __init__(self, template):
        self.template = template

    def _pieces(self):
        """Yield (position of an error, text before, name, raw text).

        The name is None for an escaped delimiter and False for an invalid
        placeholder; the last piece has no raw text.
        """
        if self.pattern is not None or self.idpattern is not None \
                or self.braceidpattern is not None:
            yield from self._pieces_by_pattern()
            return
        text = self.template
        mark = self.delimiter
        start = 0
        while True:
            at = text.find(mark, start)
            if at < 0:
                yield len(text), text[start:], None, ""
                return
            after = at + len(mark)
            before = text[start:at]
            if text.startswith(mark, after):
                start = after + len(mark)
                yield at, before, None, text[at:start]
                continue
            braced = text.startswith("{", after)
            end = _identifier_end(text, after + braced)
            name = text[after + braced:end]
            if not name or braced and not text.startswith("}", end):
                start = after
                yield after, before, False, mark
                continue
            start = end + braced
            yield at, before, name, text[at:start]

    def _pieces_by_pattern(self):
        import re
        pattern = self.pattern
        if pattern is None:
            mark = re.escape(self.delimiter)
            plain = self.idpattern or "(?a:[_a-z][_a-z0-9]*)"
            braced = self.braceidpattern or plain
            pattern = (f"{mark}(?:(?P<escaped>{mark})|(?P<named>{plain})|"
                       f"{{(?P<braced>{braced})}}|(?P<invalid>))")
        flags = re.IGNORECASE if self.flags is None else self.flags
        start = 0
        for match in re.compile(pattern, flags | re.VERBOSE).finditer(
                self.template):
            before = self.template[start:match.start()]
            start = match.end()
            name = match["named"] or match["braced"]
            if name is None:
                if match["escaped"] is not None:
                    name = None
                elif match["invalid"] is not None:
                    name = False
                else:
                    raise ValueError("Unrecognized named group in pattern",
                                     match.re)
            yield match.end(), before, name, match.group()
        yield len(self.template), self.template[start:], None, ""

    def _invalid(self, position):
        lines = self.template[:position].splitlines(keepends=True)
        column = position - len("".join(lines[:-1]))
        line = len(lines)
        raise ValueError(f"Invalid placeholder in string: line {line}, "
                         f"col {column}")

    def _fill(self, mapping, kws, safe):
        if mapping is _missing:
            mapping = kws
        elif kws:
            from collections import ChainMap
            mapping = ChainMap(kws, mapping)
        result = []
        for position, before, name, raw in self._pieces():
            result.append(before)
            if name is None:
                result.append(self.delimiter if raw else "")
            elif name is False:
                if not safe:
                    self._invalid(position)
                result.append(raw)
            else:
                try:
                    result.append(str(mapping[name]))
                except KeyError:
                    if not safe:
                        raise
                    result.append(raw)
        return "".join(result)

    def substitute(self, mapping=_missing, /, **kws):
        """Fill the placeholders in; all of them must be known."""
        return self._fill(mapping, kws, safe=False)

    def safe_substitute(self, mapping=_missing, /, **kws):
        """Fill in the placeholders that are known; leave the others."""
        return self._fill(mapping, kws, safe=True)

    def is_valid(self):
        """Tell if all placeholders are well formed."""
        return all(name is not False for _, _, name, _ in self._pieces())

    def get_identifiers(self):
        """Return the names of the placeholders, each once."""
        names = dict.fromkeys(name for _, _, name, _ in self._pieces()
                              if name)
        return list(names)


_FIRST = frozenset(ascii_letters + "_")
_REST = _FIRST | frozenset(digits)


def _identifier_end(text, start):
    """Return where the identifier that starts at `start` ends."""
    if start >= len(text) or text[start] not in _FIRST:
        return start
    end = start + 1
    while end < len(text) and text[end] in _REST:
        end += 1
    return end


class Formatter:
    """Formats as str.format() does, with steps that may be replaced."""

    def format(self, format_string, /, *args, **kwargs):
        return self.vformat(format_string, args, kwargs)

    def vformat(self, format_string, args, kwargs):
        used_args = set()
        result, _ = self._vformat(format_string, args, kwargs, used_args, 2)
        self.check_unused_args(used_args, args, kwargs)
        return result

    def _vformat(self, format_string, args, kwargs, used_args,
                 recursion_depth, auto_arg_index=0):
        if recursion_depth < 0:
            raise ValueError("Max string recursion exceeded")
        result = []
        for literal, field, spec, conversion in self.parse(format_string):
            if literal:
                result.append(literal)
            if field is None:
                continue
            field, auto_arg_index = _number_field(field, auto_arg_index)
            obj, used = self.get_field(field, args, kwargs)
            used_args.add(used)
            obj = self.convert_field(obj, conversion)
            spec, auto_arg_index = self._vformat(
                spec, args, kwargs, used_args, recursion_depth - 1,
                auto_arg_index=auto_arg_index)
            result.append(self.format_field(obj, spec))
        return "".join(result), auto_arg_index

    def get_value(self, key, args, kwargs):
        return args[key] if isinstance(key, int) else kwargs[key]

    def check_unused_args(self, used_args, args, kwargs):
        pass

    def format_field(self, value, format_spec):
        return format(value, format_spec)

    def convert_field(self, value, conversion):
        if conversion is None:
            return value
        convert = {"s": str, "r": repr, "a": ascii}.get(conversion)
        if convert is None:
            raise ValueError(
                f"Unknown conversion specifier {conversion!s}")
        return convert(value)

    def parse(self, format_string):
        """Yield (literal text, field name, format spec, conversion)."""
        return _parse_format(format_string)

    def get_field(self, field_name, args, kwargs):
        """Return the object a field names, and the argument it is from."""
        first, rest = _split_field(field_name)
        obj = self.get_value(first, args, kwargs)
        for is_attribute, key in rest:
            obj = getattr(obj, key) if is_attribute else obj[key]
        return obj, first


def _number_field(field, auto_arg_index):
    """Give a field without a name the next number."""
    first, _ = _split_field(field)
    if first == "":
        if auto_arg_index is False:
            raise ValueError("cannot switch from manual field specification "
                             "to automatic field numbering")
        return str(auto_arg_index) + field, auto_arg_index + 1
    if isinstance(first, int):
        if auto_arg_index:
            raise ValueError("cannot switch from manual field specification "
                             "to automatic field numbering")
        return field, False
    return field, auto_arg_index


def _parse_format(text):
    position = 0
    size = len(text)
    literal = []
    while position < size:
        char = text[position]
        position += 1
        if char not in "{}":
            literal.append(char)
            continue
        if position < size and text[position] == char:
            yield "".join([*literal, char]), None, None, None
            literal = []
            position += 1
            continue
        if char == "}":
            raise ValueError("Single '}' encountered in format string")
        if position >= size:
            raise ValueError("Single '{' encountered in format string")
        end = _field_end(text, position)
        yield ("".join(literal), *_parse_field(text[position:end]))
        literal = []
        position = end + 1
    if literal:
        yield "".join(literal), None, None, None


def _field_end(text, start):
    """Return where the brace that closes a field is."""
    depth = 1
    for position in range(start, len(text)):
        if text[position] == "{":
            depth += 1
        elif text[position] == "}":
            depth -= 1
            if depth == 0:
                return position
    raise ValueError("expected '}' before end of string")


def _parse_field(body):
    """Return (name, format spec, conversion) of a field."""
    bracketed = False
    for position, char in enumerate(body):
        if char == "[":
            bracketed = True
        elif char == "]":
            bracketed = False
        elif char == "{":
            raise ValueError("unexpected '{' in field name")
        elif char in "!:" and not bracketed:
            break
    else:
        return body, "", None
    name, mark, rest = body[:position], body[position], body[position + 1:]
    if mark == ":":
        return name, rest, None
    if not rest:
        raise ValueError("end of string while looking for conversion "
                         "specifier")
    conversion, rest = rest[0], rest[1:]
    if rest and rest[0] != ":":
        raise ValueError("expected ':' after conversion specifier")
    return name, rest[1:], conversion


def _split_field(field):
    """Return the first part of a field name and the accesses after it."""
    end = len(field)
    for position, char in enumerate(field):
        if char in ".[":
            end = position
            break
    first = field[:end]
    if first.isdecimal():
        first = int(first)
    return first, _accesses(field, end)


def _accesses(field, position):
    """Yield (is attribute, name or index) for each access."""
    while position < len(field):
        if field[position] == ".":
            end = position + 1
            while end < len(field) and field[end] not in ".[":
                end += 1
            key = field[position + 1:end]
            if not key:
                raise ValueError("Empty attribute in format string")
            yield True, key
            position = end
        elif field[position] == "[":
            end = field.find("]", position)
            if end < 0:
                raise ValueError("Missing ']' in format string")
            key = field[position + 1:end]
            if not key:
                raise ValueError("Empty attribute in format string")
            yield False, int(key) if key.isdecimal() else key
            position = end + 1
        else:
            raise ValueError("Only '.' or '[' may follow ']' in format "
                             "field specifier")
