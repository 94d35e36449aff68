def show(a, b=2, /, c=3, *rest, d, e=5, **options):
    return a, b, c, rest, d, e, options


print(show(1, d=4))
print(show(1, 20, 30, 40, 50, d=4, e=6, f=7))
print(show(*[1, 2], **{"c": 9, "d": 8}))
for call in (
    lambda: show(),
    lambda: show(1),
    lambda: show(a=1, d=2),
    lambda: show(1, 2, 3, c=4, d=5),
    lambda: (lambda x: x)(1, 2),
    lambda: (lambda *, key: key)(lock=1),
):
    try:
        print(call())
    except TypeError as error:
        print(error)
