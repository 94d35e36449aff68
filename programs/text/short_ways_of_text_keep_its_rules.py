"""Splitting, translating, joining and writing floats have short ways for the common cases."""

print("a b\tc\n d\x1ce\x1ff\x0bg  ".split(), " \t ".split(), "a b c d".split(None, 2), "a\u2003b c".split(), b" a\x1cb c ".split())
print("-".join(["a"]), "".join(["a", "é", ""]), ", ".join("xyz"), "é".join(["1", "2", "3"]), "".join([]), "x".join(()))


class Text(str):
    def __str__(self):
        return "never asked"


print(Text("-").join([Text("a"), "b"]), "".join([Text("only")]), type("".join([Text("only")])).__name__)

table = str.maketrans({"a": "AA", "b": None, "c": 0x1F600, "d": "d", "e": 233})
print("abcdefabc".translate(table), "aé".translate(table), "abc" * 3 == ("abc" * 3).translate({}))


class Missing(dict):
    def __missing__(self, key):
        if key == ord("x"):
            raise LookupError
        return chr(key).upper()


print("abxa".translate(Missing({97: "1"})), "axb".translate("0123456789" * 10))
for bad in ({97: 0x110000}, {97: 1.5}, {97: -1}):
    try:
        print("abc".translate(bad))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)

floats = [0.0, -0.0, 0.5, 1.5, 2.5, 0.125, 0.375, 1e-7, 123456789.987654321, 1e22, 1e23, 5e-324, 1.005, 2.675, -1.45, 9.995, 0.05]
for x in floats:
    print(f"{x:.0f} {x:.1f} {x:.2f} {x:.3f} {x:.10f} {x:.25f}", "%.2f|%8.3f|%+.1f|%f" % (x, x, x, x), f"{x:.1%}", round(x, 2))
print([n / 7 for n in range(1, 8)], 1e15 / 3, 2**53 / 3, 4503599627370497.5, 9007199254740993.0, 1180964033384672.2, 5e-324)
print(f"{5}{-7}{True}{None}{'s'!r}{2.5}{2**70}", f"{-2**61}{2**61}{10**18}", f"é{1}日", str(-(2**61)), repr(99), str(100), str(-10))

s = "aé日x" * 40
print([s[i] for i in range(0, 160, 13)], [s[-i] for i in range(1, 10)], s[5:9], s[::-7], s[150], s[3], "".join(list(s)) == s)
keys = {}
for pair in [(1, "a"), (1, "b"), ((1, 2), "a"), (1.0, "a"), (True, "a"), ("a",), (), (((((1,),),),),)]:
    keys[pair] = keys.get(pair, 0) + 1
print(keys, (1, "a") in keys, (2, "a") in keys, (((((1,),),),),) in keys)


class Key:
    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return isinstance(other, Key) and self.name == other.name


table = {(Key("a"), 1): "first", Key("b"): "second"}
print(table[Key("a"), 1], table[Key("b")], (Key("c"), 1) in table, hash((Key("a"), 1)) == hash((Key("z"), 1)))

for text in ("abababab" * 3, "abababab" * 60):
    print(text.find("bab"), text.find("abab", 3), text.rfind("aba"), text.count("abab"), text.count(""), "bb" in text, "" in text)
    print(len(text.replace("aba", "-")), len(text.split("bab")), text.index("ba"), text.partition("bab")[0], text.find("ab" * 300))
print(b"abcabc".find(b"ca"), b"abcabc".count(b"bc"), b"abc".find(b""), b"ca" in b"abcabc", b"a--b--c".split(b"--"), b"".find(b"ab"))
print(b"\x00\xffz".hex(), b"\x01\x02\x03\x04".hex(":"), b"\x01\x02\x03\x04\x05".hex("-", 2), b"".hex(), bytearray(b"\xab").hex())
print([n.to_bytes(4, order) for n in (0, 1, 258, 2**32 - 1) for order in ("big", "little")], (2**61 - 1).to_bytes(8), (0).to_bytes(0))
print(int.from_bytes(b"\1\2"), int.from_bytes(b"\1\2", "little"), int.from_bytes(b""), int.from_bytes(b"\xff" * 8), int.from_bytes(b"\xff", signed=True))
for bad in (lambda: (256).to_bytes(1), lambda: (-1).to_bytes(2), lambda: (2**40).to_bytes(4, "little"), lambda: (1).to_bytes(0)):
    try:
        print(bad())
    except OverflowError as error:
        print(error)
print((-2).to_bytes(2, signed=True), True.to_bytes(2), ["a" < "b", "a" == "a" * 1, "a" != "aa", "é" > "z", "ab" <= "ab", "" < "a"])
