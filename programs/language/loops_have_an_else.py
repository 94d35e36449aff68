def smallest_factor(number):
    for factor in range(2, number):
        if number % factor == 0:
            break
    else:
        return None
    return factor


print([smallest_factor(number) for number in (15, 49, 13, 2)])

tries = 3
while tries:
    tries -= 1
    if tries == 10:
        break
else:
    print("never broke, tries is", tries)
while False:
    pass
else:
    print("the else of a loop that never ran")
