import traceback


def parse(text):
    return int(text)


def load(lines):
    return [parse(line) for line in lines]


try:
    load(["1", "two"])
except ValueError as error:
    for frame in traceback.extract_tb(error.__traceback__):
        print(frame.name, frame.lineno, frame.line)
    print(traceback.format_exception_only(error)[0], end="")
