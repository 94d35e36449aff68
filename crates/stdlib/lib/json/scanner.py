"""Finds out which kind of JSON value begins at a place."""

import re
from _json import scan as _scan_plain

__all__ = ["make_scanner"]

NUMBER_RE = re.compile(
    r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_CONSTANTS = (("null", None), ("true", True), ("false", False))
_NUMBER_CONSTANTS = ("NaN", "Infinity", "-Infinity")


def make_scanner(context):
    """Return a function of (string, index) that gives (value, end)."""
    parse_object = context.parse_object
    parse_array = context.parse_array
    parse_string = context.parse_string
    parse_float = context.parse_float
    parse_int = context.parse_int
    parse_constant = context.parse_constant
    strict = context.strict
    object_hook = context.object_hook
    object_pairs_hook = context.object_pairs_hook
    memo = context.memo
    # What the native scanner has no answer to is scanned below. Constants
    # such as NaN are among that.
    from . import decoder
    plain = (parse_object is decoder.JSONObject
             and parse_array is decoder.JSONArray
             and parse_string is decoder.scanstring
             and parse_float is float and parse_int is int
             and strict and object_hook is None and object_pairs_hook is None)
    match_number = NUMBER_RE.match

    def scan(string, index):
        try:
            first = string[index]
        except IndexError:
            raise StopIteration(index) from None
        if first == '"':
            return parse_string(string, index + 1, strict)
        if first == "{":
            return parse_object((string, index + 1), strict, scan,
                                object_hook, object_pairs_hook, memo)
        if first == "[":
            return parse_array((string, index + 1), scan)
        found = match_number(string, index)
        if found is not None:
            integer, fraction, exponent = found.groups()
            if fraction or exponent:
                value = parse_float(
                    integer + (fraction or "") + (exponent or ""))
            else:
                value = parse_int(integer)
            return value, found.end()
        for text, value in _CONSTANTS:
            if string.startswith(text, index):
                return value, index + len(text)
        for text in _NUMBER_CONSTANTS:
            if string.startswith(text, index):
                return parse_constant(text), index + len(text)
        raise StopIteration(index)

    def scan_once(string, index):
        if index < 0:
            raise ValueError("idx cannot be negative")
        if plain:
            found = _scan_plain(string, index)
            if found is not None:
                return found
        try:
            return scan(string, index)
        finally:
            memo.clear()

    return scan_once


c_make_scanner = None
