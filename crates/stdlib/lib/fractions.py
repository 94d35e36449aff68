"""Exact rational numbers."""

import math
import numbers
import operator
import re
import sys

__all__ = ["Fraction"]

_MODULUS = sys.hash_info.modulus
_INFINITE = sys.hash_info.inf

_DIGITS = r"\d+(?:_\d+)*"
# Sign, whole part, then a denominator, or decimals and an exponent.
_TEXT = re.compile(
    rf"\s*([-+]?)({_DIGITS})?(?:\s*/\s*({_DIGITS})"
    rf"|(?:\.({_DIGITS})?)?(?:[eE]([-+]?{_DIGITS}))?)\s*")
# Fill, alignment, sign, z, #, 0, width, separator, precision, kind.
_SPEC = re.compile(
    r"(?:(.)?([<>=^]))?([-+ ]?)(z?)(#?)(0(?=\d))?(\d+)?([,_]?)"
    r"(?:\.(\d+))?([eEfFgG%]?)", re.DOTALL)


def _halves_to_even(numerator, denominator):
    """Round a ratio with positive denominator to an integer."""
    floor, rest = divmod(numerator, denominator)
    if rest * 2 < denominator:
        return floor
    if rest * 2 > denominator:
        return floor + 1
    return floor + (floor & 1)


def _to_exponent(n, d, exponent, no_neg_zero=False):
    """Round n/d to a multiple of 10**exponent: (negative, multiple)."""
    if exponent >= 0:
        d *= 10 ** exponent
    else:
        n *= 10 ** -exponent
    rounded = _halves_to_even(n, d)
    negative = rounded < 0 if no_neg_zero else n < 0
    return negative, abs(rounded)


def _to_figures(n, d, figures):
    """Round n/d to figures: (negative, significand, exponent)."""
    if n == 0:
        return False, 0, 1 - figures
    # Digits before the point of |n/d|, found from lengths and corrected.
    digits_n, digits_d = str(abs(n)), str(d)
    length = len(digits_n) - len(digits_d) + (digits_d <= digits_n)
    exponent = length - figures
    negative, significand = _to_exponent(n, d, exponent)
    if len(str(significand)) == figures + 1:
        significand //= 10
        exponent += 1
    return negative, significand, exponent


def _separated(digits, separator):
    """Put a separator between groups of three digits."""
    if not separator:
        return digits
    groups = []
    while digits:
        groups.append(digits[-3:])
        digits = digits[:-3]
    return separator.join(reversed(groups))


def _padded(sign, body, fill, align, width):
    missing = width - len(sign) - len(body)
    if align == "<":
        return sign + body + fill * missing
    if align == "=":
        return sign + fill * missing + body
    if align == "^":
        left = max(missing, 0) // 2
        return fill * left + sign + body + fill * (missing - left)
    return fill * missing + sign + body


def _ratio(value):
    """Return numerator and denominator of a number or something like it."""
    return value.as_integer_ratio()


class Fraction(numbers.Rational):
    """A rational number in lowest terms.

    Made of two integers, or of one number, or of text: Fraction(1, 3),
    Fraction("1/3"), Fraction("-2.5e3"), Fraction(0.125).
    """

    __slots__ = ("_numerator", "_denominator")

    def __new__(cls, numerator=0, denominator=None):
        self = super().__new__(cls)
        if denominator is None:
            pair = cls._from_one(numerator)
            self._numerator, self._denominator = pair
            return self
        if type(numerator) is int is type(denominator):
            pass
        elif (isinstance(numerator, numbers.Rational)
              and isinstance(denominator, numbers.Rational)):
            numerator, denominator = (
                numerator.numerator * denominator.denominator,
                denominator.numerator * numerator.denominator)
        else:
            raise TypeError("both arguments should be Rational instances")
        if denominator == 0:
            raise ZeroDivisionError(f"Fraction({numerator}, 0)")
        common = math.gcd(numerator, denominator)
        if denominator < 0:
            common = -common
        self._numerator = numerator // common
        self._denominator = denominator // common
        return self

    @staticmethod
    def _from_one(value):
        if type(value) is int:
            return value, 1
        if isinstance(value, numbers.Rational):
            return value.numerator, value.denominator
        if isinstance(value, float) or (
                not isinstance(value, (type, str))
                and hasattr(value, "as_integer_ratio")):
            return _ratio(value)
        if isinstance(value, str):
            return Fraction._from_text(value)
        raise TypeError("argument should be a string or a Rational instance")

    @staticmethod
    def _from_text(text):
        found = _TEXT.fullmatch(text)
        sign, whole, below, decimals, power = (
            found.groups() if found else (None,) * 5)
        if whole is None and (decimals is None or below is not None):
            raise ValueError(f"Invalid literal for Fraction: {text!r}")
        decimals = (decimals or "").replace("_", "")
        numerator = int((whole or "").replace("_", "") + decimals)
        denominator = 10 ** len(decimals)
        if below is not None:
            denominator = int(below)
        power = int(power or 0)
        if power < 0:
            denominator *= 10 ** -power
        else:
            numerator *= 10 ** power
        if sign == "-":
            numerator = -numerator
        if denominator == 0:
            raise ZeroDivisionError(f"Fraction({numerator}, 0)")
        common = math.gcd(numerator, denominator)
        return numerator // common, denominator // common

    @classmethod
    def _lowest(cls, numerator, denominator):
        """Make a fraction of what is in lowest terms already."""
        self = super(Fraction, cls).__new__(cls)
        self._numerator = numerator
        self._denominator = denominator
        return self

    _from_coprime_ints = _lowest

    @classmethod
    def from_float(cls, f):
        """Return exactly the number that a float is."""
        if isinstance(f, numbers.Integral):
            return cls(f)
        if not isinstance(f, float):
            raise TypeError(f"{cls.__name__}.from_float() only takes floats, "
                            f"not {f!r} ({type(f).__name__})")
        return cls._lowest(*f.as_integer_ratio())

    @classmethod
    def from_decimal(cls, dec):
        """Return exactly the number that a Decimal is."""
        from decimal import Decimal
        if isinstance(dec, numbers.Integral):
            dec = Decimal(int(dec))
        elif not isinstance(dec, Decimal):
            raise TypeError(
                f"{cls.__name__}.from_decimal() only takes Decimals, "
                f"not {dec!r} ({type(dec).__name__})")
        return cls._lowest(*dec.as_integer_ratio())

    def is_integer(self):
        """Return whether it is a whole number."""
        return self._denominator == 1

    def as_integer_ratio(self):
        """Return (numerator, denominator)."""
        return self._numerator, self._denominator

    def limit_denominator(self, max_denominator=1000000):
        """Return the nearest fraction with a denominator that small."""
        if max_denominator < 1:
            raise ValueError("max_denominator should be at least 1")
        if self._denominator <= max_denominator:
            return Fraction(self)
        # Convergents of the continued fraction, as long as they fit.
        older, newer = (0, 1), (1, 0)
        above, below = self._numerator, self._denominator
        while True:
            part, rest = divmod(above, below)
            following = tuple(part * b + a for a, b in zip(older, newer))
            if following[1] > max_denominator:
                break
            older, newer = newer, following
            above, below = below, rest
        # The last convergent, or the best of those between it and the next.
        steps = (max_denominator - older[1]) // newer[1]
        between = tuple(steps * b + a for a, b in zip(older, newer))
        if 2 * below * between[1] <= self._denominator:
            return Fraction._lowest(*newer)
        return Fraction._lowest(*between)

    @property
    def numerator(self):
        return self._numerator

    @property
    def denominator(self):
        return self._denominator

    def __repr__(self):
        return (f"{self.__class__.__name__}({self._numerator}, "
                f"{self._denominator})")

    def __str__(self):
        if self._denominator == 1:
            return str(self._numerator)
        return f"{self._numerator}/{self._denominator}"

    def __format__(self, spec):
        found = _SPEC.fullmatch(spec)
        # Zeros exclude an alignment, where digits are asked for.
        if found is None or (found[10] and found[2] and found[6]) or (
                not found[10] and (found[4] or found[6] or found[9])):
            raise ValueError(f"Invalid format specifier {spec!r} for object "
                             f"of type {type(self).__name__!r}")
        (fill, align, plus, no_negative_zero, alternate, zeros, width,
         separator, precision, kind) = found.groups()
        width = int(width or 0)
        plus = plus.replace("-", "")
        if kind:
            negative, whole, tail = self._digits(
                kind, int(precision or 6), bool(no_negative_zero),
                bool(alternate))
            sign = "-" if negative else plus
            if zeros:
                room = width - len(sign) - len(tail)
                # Separators take one place in four.
                whole = whole.zfill(3 * room // 4 + 1 if separator else room)
            body = _separated(whole, separator) + tail
        else:
            sign = "-" if self._numerator < 0 else plus
            body = f"{abs(self._numerator):{separator}}"
            if self._denominator > 1 or alternate:
                body += f"/{self._denominator:{separator}}"
        return _padded(sign, body, fill or " ", align or ">", width)

    def _digits(self, kind, precision, no_negative_zero, alternate):
        """Return sign, digits before the point, and all the rest."""
        n, d = self._numerator, self._denominator
        suffix = ""
        if kind in "fF%":
            places = precision
            negative, digits = _to_exponent(
                n, d, -precision - (2 if kind == "%" else 0),
                no_negative_zero)
            suffix = kind.strip("fF")
        else:
            figures = precision + 1 if kind in "eE" else max(precision, 1)
            negative, digits, exponent = _to_figures(n, d, figures)
            if kind in "eE" or not -4 - figures < exponent <= 0:
                places = figures - 1
                letter = "e" if kind.islower() else "E"
                suffix = f"{letter}{exponent + places:+03d}"
            else:
                places = -exponent
        text = str(digits).zfill(places + 1)
        split = len(text) - places
        decimals = text[split:]
        if kind in "gG" and not alternate:
            decimals = decimals.rstrip("0")
        point = "." if decimals or alternate else ""
        return negative, text[:split], point + decimals + suffix

    def _both_orders(exact, general, inexact=(float, complex)):
        """Return an operator's method and its reflection.

        exact works on fractions, general on floats and complex numbers.
        """

        def method(self, other):
            if isinstance(other, Fraction):
                return exact(self, other)
            if isinstance(other, int):
                return exact(self, Fraction(other))
            if isinstance(other, inexact):
                return general(float(self), other)
            return NotImplemented

        def reflected(self, other):
            if isinstance(other, numbers.Rational):
                return exact(Fraction(other), self)
            if isinstance(other, numbers.Real):
                return general(float(other), float(self))
            if complex in inexact and isinstance(other, numbers.Complex):
                return general(complex(other), float(self))
            return NotImplemented

        name = general.__name__
        method.__name__, reflected.__name__ = f"__{name}__", f"__r{name}__"
        method.__doc__ = reflected.__doc__ = exact.__doc__
        return method, reflected

    def _add(a, b):
        """a + b"""
        n, d = (a._numerator * b._denominator + b._numerator * a._denominator,
                a._denominator * b._denominator)
        common = math.gcd(n, d)
        return Fraction._lowest(n // common, d // common)

    def _sub(a, b):
        """a - b"""
        n, d = (a._numerator * b._denominator - b._numerator * a._denominator,
                a._denominator * b._denominator)
        common = math.gcd(n, d)
        return Fraction._lowest(n // common, d // common)

    def _mul(a, b):
        """a * b"""
        n, d = a._numerator * b._numerator, a._denominator * b._denominator
        common = math.gcd(n, d)
        return Fraction._lowest(n // common, d // common)

    def _div(a, b):
        """a / b"""
        n, d = a._numerator * b._denominator, a._denominator * b._numerator
        if d == 0:
            raise ZeroDivisionError(f"Fraction({b._denominator}, 0)")
        common = math.gcd(n, d)
        if d < 0:
            common = -common
        return Fraction._lowest(n // common, d // common)

    def _floordiv(a, b):
        """a // b"""
        return (a._numerator * b._denominator) // (
            a._denominator * b._numerator)

    def _divmod(a, b):
        """(a // b, a % b)"""
        da, db = a._denominator, b._denominator
        quotient, rest = divmod(a._numerator * db, da * b._numerator)
        return quotient, Fraction(rest, da * db)

    def _mod(a, b):
        """a % b"""
        da, db = a._denominator, b._denominator
        return Fraction((a._numerator * db) % (b._numerator * da), da * db)

    __add__, __radd__ = _both_orders(_add, operator.add)
    __sub__, __rsub__ = _both_orders(_sub, operator.sub)
    __mul__, __rmul__ = _both_orders(_mul, operator.mul)
    __truediv__, __rtruediv__ = _both_orders(_div, operator.truediv)
    __floordiv__, __rfloordiv__ = _both_orders(_floordiv, operator.floordiv, (float,))
    __divmod__, __rdivmod__ = _both_orders(_divmod, divmod, (float,))
    __mod__, __rmod__ = _both_orders(_mod, operator.mod, (float,))
    del _both_orders

    def __pow__(a, b, modulo=None):
        """a ** b"""
        if modulo is not None:
            return NotImplemented
        if isinstance(b, numbers.Rational):
            if b.denominator != 1:
                return float(a) ** float(b)
            power = b.numerator
            n, d = a._numerator, a._denominator
            if power >= 0:
                return Fraction._lowest(n ** power, d ** power)
            if n > 0:
                return Fraction._lowest(d ** -power, n ** -power)
            if n == 0:
                raise ZeroDivisionError(f"Fraction({d ** -power}, 0)")
            return Fraction._lowest((-d) ** -power, (-n) ** -power)
        if isinstance(b, (float, complex)):
            return float(a) ** b
        return NotImplemented

    def __rpow__(b, a, modulo=None):
        """a ** b"""
        if modulo is not None:
            return NotImplemented
        if b._denominator == 1 and b._numerator >= 0:
            return a ** b._numerator
        if isinstance(a, numbers.Rational):
            return Fraction(a.numerator, a.denominator) ** b
        if b._denominator == 1:
            return a ** b._numerator
        return a ** float(b)

    def __pos__(a):
        """+a"""
        return Fraction._lowest(a._numerator, a._denominator)

    def __neg__(a):
        """-a"""
        return Fraction._lowest(-a._numerator, a._denominator)

    def __abs__(a):
        """abs(a)"""
        return Fraction._lowest(abs(a._numerator), a._denominator)

    def __int__(a, _index=operator.index):
        """int(a)"""
        if a._numerator < 0:
            return _index(-(-a._numerator // a._denominator))
        return _index(a._numerator // a._denominator)

    def __trunc__(a):
        """math.trunc(a)"""
        if a._numerator < 0:
            return -(-a._numerator // a._denominator)
        return a._numerator // a._denominator

    def __floor__(a):
        """math.floor(a)"""
        return a._numerator // a._denominator

    def __ceil__(a):
        """math.ceil(a)"""
        return -(-a._numerator // a._denominator)

    def __round__(self, ndigits=None):
        """round(self, ndigits), halves to the even neighbour"""
        if ndigits is None:
            return _halves_to_even(self._numerator, self._denominator)
        shift = 10 ** abs(ndigits)
        if ndigits > 0:
            return Fraction(round(self * shift), shift)
        return Fraction(round(self / shift) * shift)

    def __hash__(self):
        try:
            inverse = pow(self._denominator, -1, _MODULUS)
        except ValueError:
            result = _INFINITE
        else:
            result = hash(hash(abs(self._numerator)) * inverse)
        result = result if self._numerator >= 0 else -result
        return -2 if result == -1 else result

    def __eq__(a, b):
        """a == b"""
        if type(b) is int:
            return a._numerator == b and a._denominator == 1
        if isinstance(b, numbers.Rational):
            return (a._numerator == b.numerator
                    and a._denominator == b.denominator)
        if isinstance(b, numbers.Complex) and b.imag == 0:
            b = b.real
        if isinstance(b, float):
            if math.isnan(b) or math.isinf(b):
                return 0.0 == b
            return a == a.from_float(b)
        return NotImplemented

    def _compare(self, other, op):
        if isinstance(other, numbers.Rational):
            return op(self._numerator * other.denominator,
                      self._denominator * other.numerator)
        if isinstance(other, float):
            if math.isnan(other) or math.isinf(other):
                return op(0.0, other)
            return op(self, self.from_float(other))
        return NotImplemented

    def __lt__(a, b):
        """a < b"""
        return a._compare(b, operator.lt)

    def __gt__(a, b):
        """a > b"""
        return a._compare(b, operator.gt)

    def __le__(a, b):
        """a <= b"""
        return a._compare(b, operator.le)

    def __ge__(a, b):
        """a >= b"""
        return a._compare(b, operator.ge)

    def __bool__(a):
        """a != 0"""
        return bool(a._numerator)

    def __reduce__(self):
        return self.__class__, (self._numerator, self._denominator)

    def __copy__(self):
        if type(self) is Fraction:
            return self
        return self.__class__(self._numerator, self._denominator)

    def __deepcopy__(self, memo):
        return self.__copy__()
