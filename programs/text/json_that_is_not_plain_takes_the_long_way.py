"""Plain JSON is read and written natively; hooks, subclasses and errors must look the same."""

import json


def attempt(make):
    try:
        return make()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


documents = [
    '{"a": [1, 2.5, -3e2, 1E5, true, false, null, "x"], "b": {}, "c": [], "a": 2}',
    ' [ 1 , {"k" : "v"} ] ', '"\\u00e9\\ud83d\\ude00\\n\\/\\"\\\\"', '"\\ud800x"', "12345678901234567890123", "-0", "0.1e-3",
    "[NaN, Infinity, -Infinity]", '"é日"', "[[[[[[]]]]]]", '["a"  ,"b"]',
    "", " ", "[1,]", '{"a":1,}', '{"a" 1}', "{a:1}", "[1 2]", "01", "1.", "-", "1e", "tru", '"abc', '"\\x"', '"\\u12"',
    '"a\tb"', "{", "[", '{"a"', '{"a":', "[1] x", "nul", '{"a":1 "b":2}',
]
for document in documents:
    print(document, "->", ascii(attempt(lambda: json.loads(document))))

print(json.loads("[1, 2.5]", parse_int=str, parse_float=lambda text: text + "!"))
print(json.loads('{"a": {"b": 1}}', object_hook=lambda d: sorted(d)), json.loads('{"a": 1}', object_pairs_hook=list))
print(json.loads("[NaN]", parse_constant=lambda name: name.lower()))
print(json.JSONDecoder().raw_decode("[1] tail"), json.JSONDecoder().raw_decode('é "x"', 2), json.JSONDecoder(strict=False).decode('"a\tb"'))
print(json.loads(b'{"k": "\xc3\xa9"}'), json.loads("[" * 300 + "]" * 300) is not None)

values = [
    {"a": [1, 2.5, None, True, False, "x"], "b": {}, "c": [], "d": ()}, "é\n\"\\\x7f\U0001F600\ud800", 1e300, 0.1, 2**70,
    {1: 2, None: 3, True: 4, 2.5: 5}, [[], [[]]], float("nan"), [float("-inf")], {"z": 1, "a": 2},
]
for value in values:
    print(ascii(json.dumps(value)), ascii(json.dumps(value, ensure_ascii=False)))
    print(attempt(lambda: json.dumps(value, indent=2)))
    print(attempt(lambda: json.dumps(value, sort_keys=True, separators=(",", ":"), indent="\t")))


class Text(str):
    pass


class Mapping(dict):
    pass


class Special:
    pass


class Encoder(json.JSONEncoder):
    def default(self, o):
        return {"special": type(o).__name__}

    item_separator = " ; "


class Chunks(json.JSONEncoder):
    def iterencode(self, o, _one_shot=False):
        yield "<"
        yield from super().iterencode(o, _one_shot)
        yield ">"


print(json.dumps([Text("t"), Mapping(k=Text("v")), {Text("key"): 1}]))
print(attempt(lambda: json.dumps([1, Special()])), json.dumps([1, Special(), {"a": Special()}], cls=Encoder))
print(json.dumps({"a": 1}, cls=Chunks), json.dumps([Special()], default=lambda o: "default"))
print(attempt(lambda: json.dumps([float("nan")], allow_nan=False)), attempt(lambda: json.dumps({(1,): 2})))
print(json.dumps({(1,): 2, "a": 1}, skipkeys=True))
loop = []
loop.append(loop)
print(attempt(lambda: json.dumps(loop)))
deep = []
for _ in range(250):
    deep = [deep]
print(len(json.dumps(deep)), json.loads(json.dumps(values[0])) == {**values[0], "d": []})
