class Account:
    __fee = 2

    def __init__(self):
        self.__balance = 0

    def deposit(self, amount):
        self.__balance += amount - self.__fee
        return self.__balance


class Joint(Account):
    def __init__(self):
        super().__init__()
        self.__balance = "mine"


account = Joint()
print(account.deposit(10))
print(sorted(vars(account)))
print(account._Account__balance, account._Joint__balance)
print(hasattr(account, "__balance"))
