error = "before"
try:
    raise ValueError("inside")
except ValueError as error:
    print(repr(error))
try:
    error
except NameError as missing:
    print(missing)
