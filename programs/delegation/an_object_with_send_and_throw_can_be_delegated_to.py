class Recorder:
    def __iter__(self):
        return self

    def __next__(self):
        return "next"

    def send(self, value):
        return f"send {value}"

    def throw(self, error):
        print("throw", repr(error))
        stop = StopIteration("recorder's result")
        raise stop

    def close(self):
        print("close")


def user():
    print("result:", (yield from Recorder()))
    yield from Recorder()


using = user()
print(next(using), using.send(1), sep=", ")
print(using.throw(KeyError("k")))
using.close()
