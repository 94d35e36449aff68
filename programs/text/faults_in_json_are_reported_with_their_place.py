import json, io
from collections import OrderedDict, namedtuple
from enum import IntEnum
class N(IntEnum): A = 3
def T(f):
    try: return f()
    except Exception as e: return f"{type(e).__name__}: {e}"
for v in (None, True, 1, -5, 1.5, 1e100, 0.1, float("nan"), float("inf"), "a\"\\\n\té😀\x00\x7f/", [], {}, [1, [2, {"a": None}]], {"b": 1, "a": [1, 2], "c": {}}, {1: 2, None: 3, True: 4, 1.5: 5}, (1, 2), N.A, namedtuple("P", "x")(1), OrderedDict(z=1)):
    print(T(lambda: json.dumps(v)), T(lambda: json.dumps(v, indent=2)), T(lambda: json.dumps(v, ensure_ascii=False, separators=(",", ":"))), T(lambda: json.dumps(v, sort_keys=True, indent="\t")))
c = []; c.append(c); d = {}; d["x"] = d
for f in (lambda: json.dumps({1, 2}), lambda: json.dumps({(1, 2): 3}), lambda: json.dumps({(1, 2): 3, "a": 1}, skipkeys=True), lambda: json.dumps(c), lambda: json.dumps(d), lambda: json.dumps(float("nan"), allow_nan=False), lambda: json.dumps(b"x"), lambda: json.dumps([1, {"a": object}]), lambda: json.dumps({1: 1, "a": 2}, sort_keys=True), lambda: json.dumps(3j, default=str), lambda: json.dumps([{2}], default=sorted), lambda: json.dumps(5, default=lambda o: 1), lambda: json.dumps([1, 2], indent=0), lambda: json.dumps({}, indent=4), lambda: json.dumps([[], {}], indent=1)):
    print(T(f))
for s in ("null", " [1, 2.5, -3e2, true, false, null, \"x\"] ", '{"a": {"b": [1]}, "c": "\\u00e9\\ud83d\\ude00\\n"}', "", " ", "[1,", "[1 2]", "[1,]", '{"a"}', '{"a":}', '{"a":1,}', "{a: 1}", "{'a': 1}", "nul", "01", "1.", "-", "1e5", "+1", ".5", "NaN", "-Infinity", '"abc', '"a\nb"', '"\\q"', '"\\u12"', "[1] 2", "tru", "[", "{", '{"a": 1 "b": 2}', '{"a": 1, "a": 2}', "123456789012345678901234567890", "1E400", "\ufeff1", '{"a": [1, {"b": 2}, ]}', "[1,\n 2,\n x]", '"\\', "-x", "1.5.5", "[]]"):
    print(repr(s), T(lambda: json.loads(s)))
print(json.loads(b'{"a": "\xc3\xa9"}'), json.loads("[1.5, 2]", parse_float=str, parse_int=lambda s: s + "!"), json.loads('{"a": 1}', object_hook=lambda d: sorted(d.items())), json.loads('{"b": 1, "a": 2}', object_pairs_hook=list), T(lambda: json.loads(5)), json.loads('"a\nb"', strict=False), json.loads("[NaN]", parse_constant=lambda c: c))
f = io.StringIO(); json.dump({"a": [1, 2]}, f, indent=1); print(f.getvalue()); f.seek(0); print(json.load(f))
class E(json.JSONEncoder):
    def default(self, o): return {"cplx": [o.real, o.imag]} if isinstance(o, complex) else super().default(o)
print(json.dumps([1j], cls=E), T(lambda: json.dumps([{1}], cls=E)), json.JSONDecoder().raw_decode("[1] rest"), list(json.JSONEncoder(indent=1).iterencode([1, {"a": 2}])) != [], json.JSONEncoder().encode("x"))
try: json.loads("[1,\n x]")
except json.JSONDecodeError as e: print(e.msg, e.pos, e.lineno, e.colno, e.doc, type(e).__module__, isinstance(e, ValueError))
