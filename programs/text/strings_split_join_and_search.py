line = "  name = Ada Lovelace ; born = 1815  "
fields = [part.strip() for part in line.split(";")]
print(fields, dict(field.split(" = ", 1) for field in fields))
text = "the rain in spain"
print(text.find("ain"), text.rfind("ain"), text.count("in"), text.index("rain"))
print(text.title(), text.capitalize(), text.replace("ain", "AIN", 1), text.swapcase())
print(text.partition(" in "), "a,b,,c".split(","), " a  b ".split(), "x-y-z".rsplit("-", 1))
print("-".join("abc"), "ab" * 3, "abc"[::-1], text.startswith(("a", "the")), "7".zfill(3))
print("one\ntwo\r\nthree".splitlines(), "tab\there".expandtabs(8), "xxhixx".strip("x"))
print("ß".upper(), "İ".lower() == "i̇", "straße".casefold(), "abc".isalpha(), "٣".isdigit())
print("hello".translate(str.maketrans("el", "ip", "o")), "prefix-x".removeprefix("prefix-"))
