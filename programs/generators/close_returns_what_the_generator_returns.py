def total():
    amount = 0
    try:
        while True:
            amount += yield amount
    except GeneratorExit:
        return amount


account = total()
next(account)
for deposit in (10, 25, 7):
    print(account.send(deposit))
print("closing balance", account.close())
print("closed again", account.close())
