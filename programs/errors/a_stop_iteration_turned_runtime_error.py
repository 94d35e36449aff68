def pairs(items):
    source = iter(items)
    while True:
        yield next(source), next(source)


for pair in pairs("abc"):
    print(pair)
