def expect(kind):
    token = yield
    if not kind(token):
        raise SyntaxError(f"unexpected {token!r}")
    return token


def expression():
    total = int((yield from expect(str.isdigit)))
    while True:
        operator = yield from expect(lambda token: token in "+-;")
        if operator == ";":
            return total
        number = int((yield from expect(str.isdigit)))
        total += number if operator == "+" else -number


def calculate(text):
    parser = expression()
    next(parser)
    try:
        for token in text.split() + [";"]:
            parser.send(token)
    except StopIteration as stop:
        return stop.value
    except SyntaxError as error:
        return error


for text in ("7", "1 + 2 - 10", "1 + +", "x"):
    print(text, "=", calculate(text))
