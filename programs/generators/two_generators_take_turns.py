import string


def count(limit):
    for number in range(1, limit + 1):
        print("count:", number)
        yield number


def letters():
    for letter in string.ascii_letters:
        print("letter:", letter)
        yield letter


tasks = [count(3), letters(), count(1)]
for _ in range(4):
    for task in list(tasks):
        if next(task, None) is None:
            print(task.__name__, "finished")
            tasks.remove(task)
print(len(tasks))
