# Sorting: by key functions, by tuples, backwards, nearly sorted lists; min and max with keys.
N = 128


class Person:
    def __init__(self, name, age):
        self.name = name
        self.age = age


def people(count):
    state = 99
    for i in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        yield Person(f"n{state % 9973}", (state >> 10) % 90)


def main():
    crowd = list(people(8_000))
    check = 0
    for turn in range(N):
        by_age = sorted(crowd, key=lambda person: (person.age, person.name))
        by_name = sorted(by_age, key=lambda person: person.name, reverse=True)
        ages = [person.age for person in by_name]
        ages.sort()
        ages[turn], ages[-turn - 1] = ages[-turn - 1], ages[turn]
        ages.sort()
        oldest = max(crowd, key=lambda person: person.age * 100_000 + turn)
        check = (check * 31 + by_age[turn].age + ages[turn] + oldest.age + len(by_name[turn].name)) % 1000000007
    print(check)


main()
