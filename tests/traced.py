"""Runs a program, with a trace function that does nothing if the second argument is `traced`."""
import sys

path, mode = sys.argv[1:]
sys.argv[:] = [path]
told = 0


def tell(frame, event, arg):
    global told
    told += 1
    return tell


with open(path, encoding="utf-8") as file:
    code = compile(file.read(), path, "exec")
module = type(sys)("__main__")
module.__file__ = path
sys.modules["__main__"] = module
if mode == "traced":
    sys.settrace(tell)
try:
    exec(code, module.__dict__)
finally:
    sys.settrace(None)
    if mode == "traced" and told < 3:
        print("nothing was told", file=sys.stderr)
