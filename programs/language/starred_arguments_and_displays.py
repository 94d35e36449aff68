def show(*args, **options):
    return f"{args} {options}"


print(show(*"ab", 1, *range(2), **{"x": 1}, y=2, **dict(z=3)))
print([*[1], *(2, 3), *{4: "k"}], {*"aa", "b"} == {"a", "b"}, {**{"a": 1}, "a": 2, **{"b": 3}})
for bad in (lambda: show(**{1: 2}), lambda: show(x=1, **{"x": 2}), lambda: show(*5), lambda: show(**[1])):
    try:
        bad()
    except TypeError as error:
        print(error)
