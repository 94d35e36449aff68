def conversation():
    name = (yield "name?").title()
    numbers = [(yield "first?"), (yield "second?")]
    yield f"{name}: {sum(numbers)}"
    print("answer was", (yield), end="!\n")


talk = conversation()
print(next(talk))
print(talk.send("ada"))
print(talk.send(20))
print(talk.send(22))
print(next(talk))
try:
    talk.send("forty-two")
except StopIteration:
    print("end")
