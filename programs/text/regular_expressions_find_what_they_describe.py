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


EXAMPLES = [
    ('a*', 'baac'), ('x*', 'abxd'), ('(a)|(b)', 'abc'), ('(?P<y>\\d{4})-(?P<m>\\d\\d)', 'on 2024-05-06'),
    ('\\bfoo\\b', 'a foo b'), ('(?:a|ab)(?:c|bcd)(d*)', 'abcd'), ('(\\w+) \\1', 'the the cat'), ('^a', 'ba\na'),
    ('(?m)^a$', 'ba\na\nb'), ('a$', 'a\n'), ('a\\Z', 'a\n'), ('(?i)straße', 'STRASSE straße'), ('[^a-c]+', 'abcdef'),
    ('[\\w.-]+@[\\w-]+\\.\\w+', 'x a.b-c@d-e.org y'), ('(?<=a)b', 'ab cb'), ('(?<!a)b', 'ab cb'), ('a(?!b)', 'abac'),
    ('(a)?b(?(1)c|d)', 'abc bd'), ('a{2,3}?', 'aaaa'), ('a{,2}', 'aaa'), ('a{2}', 'aaa'), ('a{', 'a{'),
    ('a{x}', 'a{x}'), ('x{,}', 'xx'), ('a++b', 'aab'), ('(?>a+)ab', 'aaab'), ('(?s).+', 'a\nb'), ('.+', 'a\nb'),
    ('(?x) a  b # c', 'ab'), ('\\d+', '१२ 34'), ('\\w+', 'héllo wörld_1'), ('é', 'éé'), ('[à-ÿ]+', 'abcéè'),
    ('\\s', 'a\x1cb\xa0c'), ('\\x41\\u0042\\103', 'ABC'), ('[\\]]', ']'), ('[]a]+', ']a'), ('[a-]+', 'a-'),
    ('', 'ab'), ('|a', 'aa'), ('(?:)', 'x'), ('(((a)b)c)', 'abc'), ('(a)(?:(b)|c)*', 'abcb'), ('\\Bo', 'foo'),
    ('(?i:a)b', 'Ab AB'), ('(?i)a(?-i:b)', 'AB Ab'), ('(?a)\\w+', 'é1'), ('[\\d\\-x]+', '1-x'),
    ('(?=(a+))a*b\\1', 'baaabac'), ('.*?,', 'a,b,'), ('(\\d+)(?:px|em)(?P<u>!)?', '12px 3em!'), ('^\\s*$', ''),
    ('(a|b)*?c', 'abac'), ('(?P<a>x)(?P=a)', 'xx'), ('"([^"\\\\]|\\\\.)*"', '"a\\"b" c'),
]
for pattern, text in EXAMPLES:
    show(pattern, text)
