# A list is empty while it is sorted. What is put into it meanwhile is noticed, even if it is taken out again.
def attempt(change, key):
    numbers = [3, 1, 2]

    def keyed(number):
        change(numbers)
        return number

    try:
        numbers.sort(key=keyed) if key else numbers.sort()
    except ValueError as error:
        print(error, numbers)
    else:
        print("sorted", numbers)


def look(numbers):
    print(numbers, end=" ")


def put_and_take(numbers):
    numbers.append(1)
    numbers.pop()


attempt(look, True)
attempt(lambda numbers: numbers.append(9), True)
attempt(put_and_take, True)
attempt(lambda numbers: numbers.clear(), True)


class Mean:
    def __init__(self, rank):
        self.rank = rank

    def __lt__(self, other):
        objects.append(self)
        objects.pop()
        return self.rank < other.rank

    def __repr__(self):
        return f"Mean({self.rank})"


objects = [Mean(2), Mean(1)]
try:
    objects.sort()
except ValueError as error:
    print(error, objects)
