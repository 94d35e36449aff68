"""The module json: documents, layouts, hooks and errors with their place."""

import json

document = """
{"name": "Ada", "born": 1815, "ratio": -2.5e3, "tags": ["math", null, true, false],
 "nested": {"empty": {}, "none": [], "text": "tab\\t quote\\" \\u00e9 \\ud83d\\ude00"}}
"""
data = json.loads(document)
print(data)
print(json.dumps(data))
print(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False))
print(json.dumps([1, (2, 3), {"k": 1.0}], separators=(",", ":")), json.dumps({1: "a", None: 2, True: 3, 1.5: 4}))
print(json.dumps({}), json.dumps([], indent=4), json.dumps({"a": []}, indent="\t"), json.dumps("\x00\x1f\u2028"))
print(json.loads(b'{"bytes": "\xc3\xa9"}'), json.loads('[1]'.encode("utf-16")), json.loads(" 12 "))
print(json.loads("[1.5, 2]", parse_float=str, parse_int=lambda text: text + "!"))
print(json.loads('{"a": 1, "b": 2}', object_pairs_hook=list), json.loads('{"a": {}}', object_hook=len))
print(json.loads("[NaN, -Infinity]"), json.dumps(float("inf")))


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, Point):
            return {"x": o.x, "y": o.y}
        return super().default(o)


print(json.dumps([Point(1, 2), Point(3, 4)], cls=Encoder), json.dumps({3, 1}, default=sorted))
print(list(json.JSONEncoder().iterencode([1, [2, {"a": 3}]]))[0], json.JSONDecoder().raw_decode('{"a": 1} rest'))

for wrong in ("", "[1,", "[1,]", '{"a" 1}', '{"a": 1,}', "{a: 1}", '["open', '"\\x"', '"\\u12"', "[1] 2", "nul", '"\n"',
              "[1 2]", '{"a":}', "\ufeff1"):
    try:
        json.loads(wrong)
    except json.JSONDecodeError as error:
        print(ascii(wrong), "->", error, (error.lineno, error.colno, error.pos))

cycle = []
cycle.append(cycle)
for value, options in ((cycle, {}), ({1, 2}, {}), ({(1,): 2}, {}), (float("nan"), {"allow_nan": False})):
    try:
        json.dumps(value, **options)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(json.dumps({(1,): 2, "kept": 3}, skipkeys=True))
