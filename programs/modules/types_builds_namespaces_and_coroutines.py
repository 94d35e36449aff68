import types


@types.coroutine
def suspend(value):
    return (yield value)


async def main():
    return await suspend("question") + "!"


run = main()
print(run.send(None))
try:
    run.send("answer")
except StopIteration as stop:
    print(stop.value)
space = types.SimpleNamespace(x=1, label="a")
space.y = 2
print(space, space == types.SimpleNamespace(x=1, label="a", y=2))
print(isinstance(main, types.FunctionType), isinstance(len, types.BuiltinFunctionType))
module = types.ModuleType("made", "By hand.")
print(module.__name__, module.__doc__)
