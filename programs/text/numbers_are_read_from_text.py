for text in ("12", " -7 ", "1_000", "0x1f", "1e3", "", "12.5", "٣", "inf"):
    for kind in (int, float):
        try:
            print(f"{kind.__name__}({text!r}) = {kind(text)}", end="; ")
        except ValueError as error:
            print(error, end="; ")
    print()
print(int("ff", 16), int("0b101", 0), int("-0o17", 8), float("1e-3"), complex("1+2j"))
