def countdown(start):
    print("started with", start)
    while start:
        yield start
        start -= 1
    print("finished")


counter = countdown(3)
print("created")
print(next(counter))
print(next(counter))
print(list(counter))
print(next(counter, "nothing left"))
