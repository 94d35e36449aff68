# A script of the kind that is run from a shell: some classes and functions, little work.
class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("nothing to deposit")
        self.balance += amount


class Savings(Account):
    rate = 0.03

    def year(self):
        self.deposit(self.balance * self.rate)


def report(accounts):
    return ", ".join(f"{account.owner}: {account.balance:.2f}" for account in accounts)


accounts = [Savings("ada", 100), Savings("bo", 250), Account("cy")]
for account in accounts[:2]:
    account.year()
try:
    accounts[2].deposit(0)
except ValueError as error:
    print(error)
print(report(accounts))
