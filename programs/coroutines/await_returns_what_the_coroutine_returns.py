async def price(item):
    return {"tea": 3, "cake": 5}[item]


async def bill(*items):
    total = 0
    for item in items:
        total += await price(item)
    return total


order = bill("tea", "cake", "cake")
try:
    order.send(None)
except StopIteration as stop:
    print("total", stop.value)
