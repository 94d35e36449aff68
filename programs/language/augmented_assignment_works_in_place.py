shared = [1]
alias = shared
alias += [2]
print(shared, shared is alias)
text = "a"
text += "b"
text *= 3
number = 7
number //= 2
number **= 3
number <<= 2
number |= 1
print(text, number)
cell = ([],)
try:
    cell[0] += ["kept"]
except TypeError as error:
    print(error, cell)


class Money:
    def __init__(self, amount):
        self.amount = amount

    def __iadd__(self, other):
        self.amount += other
        return self


purse = Money(5)
same = purse
purse += 10
print(purse.amount, same is purse)
