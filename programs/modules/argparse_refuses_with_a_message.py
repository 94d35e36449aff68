import argparse

parser = argparse.ArgumentParser(prog="copy")
parser.add_argument("source", nargs="+")
parser.add_argument("--level", type=int, required=True)
commands = argparse.ArgumentParser(prog="tool")
group = commands.add_mutually_exclusive_group()
group.add_argument("--fast", action="store_true")
group.add_argument("--safe", action="count", default=0)
for which, arguments in (
    (parser, ["--level", "high", "a"]),
    (parser, ["a"]),
    (commands, ["--fast", "--safe"]),
    (commands, ["--unknown"]),
):
    try:
        print(which.parse_args(arguments))
    except SystemExit as error:
        print("exit status", error.code)
print(parser.parse_args(["a", "b", "--level=3"]))
parser.parse_args([])
