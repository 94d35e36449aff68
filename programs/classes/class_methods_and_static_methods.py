class Date:
    count = 0

    def __init__(self, year, month, day):
        self.parts = year, month, day
        type(self).count += 1

    @classmethod
    def parse(cls, text):
        return cls(*map(int, text.split("-")))

    @staticmethod
    def is_leap(year):
        return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


class LoudDate(Date):
    def __str__(self):
        return "!".join(map(str, self.parts))


print(Date.parse("2024-02-29").parts, LoudDate.parse("1999-12-31"))
print([year for year in (1900, 2000, 2023, 2024) if Date.is_leap(year)])
print(Date.count, LoudDate.count, "count" in vars(LoudDate))
