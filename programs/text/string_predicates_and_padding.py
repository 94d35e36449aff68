for text in ("abc", "ABC", "Abc Def", "123", "½", "a1", " \t", "", "é_1", "class"):
    tests = ("isalpha", "isdigit", "isnumeric", "isdecimal", "isalnum", "islower", "isupper", "istitle", "isspace", "isidentifier", "isascii")
    print(f"{text!r:10}", *(name[2:] for name in tests if getattr(text, name)()))
print("x".center(6, "*"), "x".ljust(4) + "|", "x".rjust(4), "-5".zfill(4), "a\tb".expandtabs(4))
print("  a b ".strip() + "|", "xxaxx".lstrip("x"), "xxaxx".rstrip("x"), "www.site.org".strip("w.gro"), "file.tar.gz".removesuffix(".gz"))
print("a-b-c".split("-", 1), "a-b-c".rpartition("-"), "abc".partition("x"), "a\n\nb\r\n".splitlines(True), "1,2".split(",", -1))
print("ha" in "hahaha", "hahaha".count("ha"), "hahaha".replace("ha", "ho", 2), "abcabc".rindex("c"), "abc".find("z"), "Hello".swapcase())
print("{:>5}|{:<5}|{:^5}".format("a", "b", "c"), "{0[1]} {1.real} {k[x]}".format([1, 2], 3, k={"x": 4}), "%3d|%-3d|%+d|%%" % (1, 2, 3))
for action in (lambda: "abc".index("z"), lambda: "a" + 1, lambda: "".join([1]), lambda: "abc"[5], lambda: "a".split(""), lambda: "{}{}".format(1), lambda: "%d" % "x", lambda: "%s %s" % "x"):
    try:
        action()
    except (ValueError, TypeError, IndexError) as error:
        print(type(error).__name__, error)
