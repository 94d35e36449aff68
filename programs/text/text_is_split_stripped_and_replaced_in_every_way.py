# Splitting, stripping and replacing: short and long texts, ASCII and not, with every argument.
texts = ["", " ", "a", " a b\tc\x1c d\x85 e\u2003f ", "a,b,,c", "aXXbXXc", "é à", "a\r\nb\x0bc\u2028d\x85e\n", "one  two"]
for text in texts:
    print(ascii(text.split()), ascii(text.split(None, 1)), ascii(text.rsplit(None, 1)), text.split(",") == [text])
    print(ascii(text.split("XX")), ascii(text.rsplit(",", 1)), ascii(text.splitlines()), ascii(text.splitlines(True)))
    print(ascii(text.strip()), ascii(text.lstrip()), ascii(text.rstrip()), ascii(text.strip("a \x85")), ascii(text.strip("é")))
    print(ascii(text.replace("a", "bb")), ascii(text.replace("X", "")), ascii(text.replace("", "-", 3)), ascii(text.replace(" ", "é")))
    print(ascii(text.partition(",")), ascii(text.rpartition("X")), ascii(text.upper()), ascii(text.lower()))
    data = text.encode()
    print(data.split(), data.splitlines(), data.strip(), data.replace(b"a", b"bb"), data.split(b","))
print("xéx".strip("xé") == "", "éaé".strip("é"), "xaéax".strip("xa"), "".strip("x"), b" a\x1c".strip())
long = "key=value;" * 60
print(len(long.split(";")), len(long.split("e=")), long.replace("key=", "k")[:20], long.count("value"), len(long.split("=", 7)))
print("".join([]), "".join(["a"]), ",".join(["é", "", "a"]), "é".join("abc"), "--".join(["x"]), ",".join(str(n) for n in range(3)))
try:
    "a".join(["b", 1])
except TypeError as error:
    print(error)
for call in (lambda: "a".split(""), lambda: "a".replace("a"), lambda: "a".strip(1), lambda: "a".split(sep=","), lambda: "a".upper(1)):
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(error)
