def worker():
    done = 0
    while True:
        try:
            job = yield done
            done += 1
            print("did", job)
        except ValueError as error:
            print("skipped:", error)


work = worker()
next(work)
work.send("wash")
print(work.throw(ValueError("broken brush")))
print(work.send("dry"))
try:
    work.throw(KeyError("keys"))
except KeyError as error:
    print("not mine:", error)
print(next(work, "finished"))
