# clock: virtual
"""Eight orders, two cooks, one oven: who waits for what, drawn on a time line."""
import asyncio
import random

MINUTE = 0.02
DISHES = {"salad": (4, 0), "soup": (3, 5), "pizza": (4, 8), "bread": (2, 11)}


class Kitchen:
    def __init__(self, cooks, ovens):
        self.cooks = asyncio.Semaphore(cooks)
        self.ovens = asyncio.Semaphore(ovens)
        self.opened = asyncio.get_running_loop().time()
        self.rows = {}

    def minute(self):
        return round((asyncio.get_running_loop().time() - self.opened) / MINUTE)

    async def until(self, minute):
        await asyncio.sleep(self.opened + minute * MINUTE - asyncio.get_running_loop().time())

    async def spend(self, row, mark, minutes):
        start = self.minute()
        await self.until(start + minutes)
        row.append((mark, start, start + minutes))

    async def serve(self, number, dish):
        row = self.rows[f"{number} {dish}"] = []
        arrived = self.minute()
        prepare, bake = DISHES[dish]
        async with self.cooks:
            await self.spend(row, "#", prepare)
        if bake:
            async with self.ovens:
                await self.spend(row, "=", bake)
        row.insert(0, (".", arrived, row[-1][2]))
        return row[-1][2] - arrived


def draw(rows):
    end = max(stop for row in rows.values() for _, _, stop in row)
    for name, row in rows.items():
        line = [" "] * end
        for mark, start, stop in row:
            line[start:stop] = mark * (stop - start)
        print(f"{name:>8} |{''.join(line)}|")
    print(" " * 9 + "".join(f"{minute:<10}" for minute in range(0, end + 1, 10)).rstrip())


async def main():
    random.seed(5)
    kitchen = Kitchen(cooks=2, ovens=1)
    orders = []
    arrival = 0
    async with asyncio.TaskGroup() as evening:
        for number in range(1, 9):
            orders.append(evening.create_task(kitchen.serve(number, random.choice(list(DISHES)))))
            arrival += random.randint(1, 4)
            await kitchen.until(arrival)
    draw(kitchen.rows)
    waits = [order.result() for order in orders]
    print(f"from order to table: {min(waits)} to {max(waits)} minutes, {sum(waits) / len(waits):.1f} on average")
    print("# with a cook   = in the oven   . waiting")


asyncio.run(main())
