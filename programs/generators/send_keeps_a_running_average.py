def running_average():
    total = 0.0
    count = 0
    average = None
    while True:
        value = yield average
        total += value
        count += 1
        average = total / count


average = running_average()
next(average)
for value in (10, 20, 60, 5.5):
    print(f"after {value:>4}: {average.send(value):.3f}")
