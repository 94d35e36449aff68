def transfer(source, target, amount, *, currency):
    print(source, target, amount, currency)


transfer("ann", "bob", 5, currency="EUR")
transfer("ann")
