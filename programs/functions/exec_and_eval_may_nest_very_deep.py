# Text that runs text that runs text: none of it takes a bit of the interpreter's own stack.
import sys
import traceback

sys.setrecursionlimit(20_000)


def by_eval(n):
    return eval("by_eval(n - 1) + 1") if n else 0


def by_exec(n):
    if n == 0:
        return 0
    names = {"by_exec": by_exec, "n": n}
    exec("below = by_exec(n - 1)", names)
    return names["below"] + 1


def by_code(n, code=compile("by_code(n - 1)", "<code>", "eval")):
    return eval(code, globals(), {"n": n}) + 1 if n else 0


def by_class_in_text(n):
    if n == 0:
        return 0
    names = {}
    exec("class Level:\n    below = by_class_in_text(n - 1)", globals() | {"n": n}, names)
    return names["Level"].below + 1


for function in (by_eval, by_exec, by_code, by_class_in_text):
    print(function.__name__, function(1_000))


def endless(log):
    log.append(len(log))
    exec("endless(log)", {"endless": endless, "log": log})


log = []
sys.setrecursionlimit(500)
try:
    endless(log)
except RecursionError as error:
    print(type(error).__name__, len(log))
sys.setrecursionlimit(1000)

print(exec("1 + 1"), eval("1 + 1"), eval("exec('x = 1')"))
try:
    eval("exec('1 / 0')")
except ZeroDivisionError as error:
    print([(entry.filename.startswith("<"), entry.name) for entry in traceback.extract_tb(error.__traceback__)])
try:
    exec("def f(): return [exec for _ in 'a'][0]('raise KeyError(1)')\nf()")
except KeyError as error:
    print(error, [entry.name for entry in traceback.extract_tb(error.__traceback__)])
print(list(map(eval, ["1", "'two'", "[3]"])), max(["3", "12"], key=eval))


def frames():
    return eval("[sys._getframe(n).f_code.co_name for n in range(3)]")


print(frames())
