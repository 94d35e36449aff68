def section(name, lines):
    for line in lines:
        yield f"{name}: {line}"
    return len(lines)


def report():
    first = yield from section("intro", ["hello", "welcome"])
    second = yield from section("body", ["one", "two", "three"])
    yield f"{first + second} lines"


for line in report():
    print(line)
