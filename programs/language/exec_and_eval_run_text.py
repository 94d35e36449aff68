space = {"x": 20}
print(eval("x + 22", space))
exec("def double(n):\n    return 2 * n\ny = double(x)", space)
print(space["y"], "double" in space)
code = compile("z = [n * n for n in range(4)]", "<made>", "exec")
exec(code, space)
print(space["z"], code.co_filename)
try:
    eval("1 +")
except SyntaxError as error:
    print(error.msg, error.lineno, error.offset)
