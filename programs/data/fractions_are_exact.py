"""The module fractions: exact arithmetic, reading, rounding and layouts."""

from fractions import Fraction

print(Fraction(1, 3) + Fraction(1, 6), Fraction("3/6"), Fraction("-1.25e-2"), Fraction(0.125), repr(Fraction(3, -6)))
print(sum(Fraction(1, n) for n in range(1, 11)), Fraction(7, 3) // 1, Fraction(7, 3) % 1, divmod(Fraction(-7, 3), 2))
print(Fraction(2, 3) ** -2, Fraction(4, 9) ** Fraction(1, 2), 2 ** Fraction(3), Fraction(1, 2) + 1.5, 1j - Fraction(1, 2))
print(Fraction(3.141592653589793).limit_denominator(1000), round(Fraction(5, 2)), round(Fraction(-12345, 100), 1))
print(Fraction(1, 2) == 0.5, hash(Fraction(1, 2)) == hash(0.5), Fraction(1, 3) < 0.34, sorted([Fraction(1, 2), 0.4, 1]))
for spec in ("", ">8", "+", "#", ".3f", "010.2f", ",.1f", ".2e", ".3g", ".1%", "*^12.2f"):
    print(f"{spec!r:10}", [format(value, spec) for value in (Fraction(2, 3), Fraction(-1234567, 8), Fraction(0))])
for wrong in ("", "1/0", "a", "1.2/3"):
    try:
        Fraction(wrong)
    except (ValueError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
