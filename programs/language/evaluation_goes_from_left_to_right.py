def say(value):
    print(value, end=" ")
    return value


table = {}
table[say("key")] = say("value")
print(table)
print(say(2) + say(3) * say(4))
print([say(1), (say(2), say(3)), {say(4): say(5)}])
print(max(say(6), *[say(7)], default=say(8)) if say(0) else say(9))
x = [0, 0]
i = 0
i, x[i] = 1, 5
print(i, x)
