"""Regular expressions: groups, looks, greed, replacements and tokenizers."""

import re

log = """\
2024-03-01 09:15 INFO  user=ada action=login
2024-03-01 09:17 WARN  user=bob action=delete target=/tmp/x
2024-03-02 18:40 ERROR user=ada action=upload size=12MB
"""
line = re.compile(r"(?P<date>\d{4}-\d\d-\d\d) (?P<time>[\d:]+) (?P<level>\w+)\s+(?P<rest>.*)")
for match in line.finditer(log):
    fields = dict(re.findall(r"(\w+)=(\S+)", match["rest"]))
    print(match["date"], match["level"].lower(), fields, match.span("level"))

print(re.sub(r"(\d+)-(\d+)-(\d+)", r"\3.\2.\g<1>", "from 2024-03-01 to 2024-12-31"))
print(re.sub(r"[aeiou]", lambda match: match[0].upper(), "lower vowels", count=3))
print(re.subn(r"\s+", " ", "too   many    spaces"))
print(re.split(r"\s*([,;])\s*", "a, b;c ,d", maxsplit=2))
print(re.split(r"x*", "axbc"))

print(re.findall(r"(?<=\$)\d+(?!\d|%)", "$10 $25% $300"))
print(re.match(r"(a+)(a*?)b", "aaab").groups(), re.match(r"a++ab", "aaab"))
print(re.fullmatch(r"(<)?\w+(?(1)>|$)", "<tag>"), re.fullmatch(r"(<)?\w+(?(1)>|$)", "<tag"))
print(re.search(r"(?P<quote>['\"]).*?(?P=quote)", "say 'it''s' now").group())
print(re.findall(r"(?i)straße|ÉTÉ", "STRASSE Straße été"), re.findall(r"\w+", "naïve ٣٤ x_1"))
print(re.findall(r"(?a:\w+)", "naïve"), re.findall(rb"\w+", b"bytes too"))
print(re.findall(r"(?m)^\S+$", "one\ntwo words\nthree"), re.findall(r".+", "a\nb", re.DOTALL))
print(re.compile(r"""
    (\d+)   # whole
    \.
    (\d*)   # fraction
""", re.VERBOSE).match("3.14").groups())

scanner = re.Scanner([
    (r"\d+\.\d*", lambda scanner, token: float(token)),
    (r"\d+", lambda scanner, token: int(token)),
    (r"[-+*/()]", lambda scanner, token: token),
    (r"\s+", None),
])
print(scanner.scan("3 * (4.5 - 1) ?"))

print(re.compile("a|b", re.I | re.M), repr(re.search("b+", "abbbc")), re.escape("1.5*[x]"))
for wrong in ("(", "a)", "[a-", "*a", "a{3,1}", r"\q", "(?P<1>x)", r"(a)\2", "(?<=a+)b", "x(?i)", "(?P=n)"):
    try:
        re.compile(wrong)
    except re.PatternError as error:
        print(f"{wrong!r}: {error.msg} at {error.pos}")
try:
    re.sub("(a)", r"\2", "a")
except re.PatternError as error:
    print(error)
try:
    re.match("a", b"a")
except TypeError as error:
    print(error)
