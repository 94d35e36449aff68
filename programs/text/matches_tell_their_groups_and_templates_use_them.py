import re
print(re.compile("a", re.I), re.compile("a", re.I | re.M | re.S), re.compile(b"a", re.X), re.I, re.I | re.X, repr(re.NOFLAG), repr(re.RegexFlag(0)), re.compile("a").flags, re.compile("(?ix)a").flags, re.A, str(re.I))
m = re.search(r"(?P<first>\w+) (?P<second>\w+)?", "hello world")
print(m, m.groupdict(), m["first"], m[2], m.group(1, 2), m.start("second"), m.end(), m.span(1), m.pos, m.endpos, m.re.pattern, m.string, m.regs, m.lastgroup, m.expand(r"\2-\1-\g<first>"))
print(re.sub(r"(\w)(\w)", r"\2\1", "abcd"), re.sub("a", lambda m: m.group().upper(), "banana", count=2), re.subn("a", "b", "aaa"), re.split("([,;])", "a,b;c"), re.split(",", "a,b,c", maxsplit=1), re.split("x*", "axbc"))
print(re.escape("a.b*c d-e_f\n"), re.escape(b"a.b"), re.findall(b"\\w+", b"ab \xe9 cd"), re.sub(b"a", b"<\\g<0>>", b"banana"))
for t in ["\\", "\\q", "\\2", "\\g", "\\g<", "\\g<>", "\\g<x>", "\\g<1a>", "\\g<5>", "\\g<-1>", "\\400", "\\0", "\\n\\t", "\\.", "\\07", "\\g<a"]:
    try: print(repr(t), repr(re.sub("(a)", t, "banana")))
    except (re.error, IndexError) as e: print(repr(t), type(e).__name__, e)
for f in (lambda: re.compile(1), lambda: re.search("a", b"a"), lambda: re.search(b"a", "a"), lambda: re.search("a", 1), lambda: m.group(5), lambda: m["zz"], lambda: re.compile(re.compile("a"), re.I), lambda: re.compile("a", re.L), lambda: re.Pattern(), lambda: re.Match(), lambda: re.compile("a", re.A | re.U), lambda: m.zork, lambda: re.compile("a").zork):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
p = re.compile("o")
print(p.search("foo", 2), p.match("foo", 1), p.fullmatch("foo", 1, 2), [x.span() for x in p.finditer("foo boo", 2, 6)], re.compile("^o").match("foo", 1), re.compile("o$").search("foo bar", 0, 3), p.search("foo", -5), p.search("foo", 10))
print(p == re.compile("o"), hash(p) == hash(re.compile("o")), p.groupindex, re.compile("(?P<a>x)").groupindex, re.template if hasattr(re, "template") else "no template")
print([m.group() for m in re.finditer(r"\w+|[^\w\s]", "Hello, world! It's 3.14.")])
print(re.match("(?:a(b)?)+", "aba").groups(), re.match("(a)|b", "b").group(1), re.findall("(a)(b)?", "aba"), re.match("(?:(a)|b)*", "ab").groups())
class U(str): pass
print(type(re.search("a", U("a")).group()), type(re.sub("b", "c", U("a"))))
print(bool(re.match("", "")), re.fullmatch("a|ab", "ab"), re.match(r"[\s\S]*?end", "xx\nend").end())
