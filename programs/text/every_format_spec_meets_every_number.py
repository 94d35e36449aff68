SPECS = ["", ",", "_", "+", " ", "010", ">12", "<12", "^12", "*^12", "e", ".3e", "f", ".2f", "g", ".3g", "%", "x", "#x", "b", "o"]
SPECS += ["c", "n", ",.2f", "=+10", "s", "d", ".0f", "#.0f", "z.1f", "E", "G", "_x", "#b", "08.2f"]
NUMBERS = [0, 1, -1, 1234567, 10**9, 0.1, 1e10, 1e16, 1e-5, 123456.789, -0.0, float("inf"), float("nan"), True, 1 + 2j]
for number in NUMBERS:
    for spec in SPECS:
        try:
            shown = format(number, spec)
        except (ValueError, OverflowError) as error:
            shown = f"{type(error).__name__}: {error}"
        print(number, repr(spec), repr(shown), sep=" | ")
