def check(age):
    assert isinstance(age, int), f"age must be a whole number, not {age!r}"
    assert age >= 0
    return age


for age in (7, "seven", -1):
    try:
        print(check(age))
    except AssertionError as error:
        print("refused:", error.args)
