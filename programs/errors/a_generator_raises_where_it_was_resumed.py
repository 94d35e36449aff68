def parse(lines):
    for line in lines:
        yield int(line)


def total(numbers):
    return sum(number for number in numbers)


print(total(parse(["1", "2"])))
print(total(parse(["1", "two"])))
