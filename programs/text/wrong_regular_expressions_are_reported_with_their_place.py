import re


def show(pattern, text):
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError) as error:
        print(repr(pattern), type(error).__name__, error, getattr(error, "pos", None))
        return
    found = []
    for look in (compiled.search, compiled.match, compiled.fullmatch):
        match = look(text)
        found.append(match and (match.span(), match.groups(), match.lastindex, match.lastgroup))
    print(repr(pattern), repr(text), found, compiled.findall(text), compiled.split(text), compiled.sub("<\\g<0>>", text))


WRONG = [
    '(', ')', 'a)', '(?', '(?P', '(?P<', '(?P<a', '(?P<>x)', '(?P<1a>x)', '(?P<a>x)(?P<a>y)', '(?P=b)', '(?Px)',
    '(?<x)', '(?z)', '*a', 'a**', 'a*??', '+', 'a{2}{3}', 'a{3,2}', '[a', '[', '[]', '[z-a]', '[\\d-a]', '[a-\\d]',
    '\\', '\\q', '[\\q]', '\\1', '(a\\1)', '(?P<a>(?P=a))', '\\x1', '\\u12', '(?(1)a|b|c)', '(?(2)a|b)', '(?(x)a)',
    '(?(0)a)', '(?<=a+)b', '(?<!a|bc)d', 'a(?i)b', '(?i-i:a)', '(?i', '(?-a:x)', '(?-:x)', '(?L)a', '(?au)x', '\\400',
    '(?#x', '^*', '$+', '\\b*', 'a{99999999999}', '(?i-z:x)', '(?:', '(?=', '(?P<n>a', 'x|*', '(?:*)', '(?i)(?m)a',
    ' (?i)a', '(a)(b)\\3', '\\8', '(?P>x)', '[a-z', 'a|(b', '(?P=1)', '(?P<a b>x)',
]
for pattern in WRONG:
    show(pattern, "ab")
