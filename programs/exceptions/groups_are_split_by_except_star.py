def fail():
    raise ExceptionGroup("several", [
        ValueError("v1"),
        ExceptionGroup("nested", [TypeError("t"), ValueError("v2")]),
        KeyError("k"),
    ])


try:
    try:
        fail()
    except* ValueError as group:
        print("values:", group.exceptions)
    except* TypeError as group:
        print("types:", repr(group))
except ExceptionGroup as rest:
    print("rest:", rest.message, rest.exceptions)
