# Data classes: made, compared, hashed, replaced and kept in sets.
from dataclasses import dataclass, replace

N = 420_000


@dataclass(frozen=True)
class Cell:
    row: int
    column: int


@dataclass(order=True)
class Job:
    priority: int
    name: str
    done: bool = False


def main():
    seen = set()
    check = 0
    least = Job(10**9, "none")
    for i in range(N):
        cell = Cell(i % 300, i % 41)
        if cell in seen:
            check += 1
        seen.add(cell)
        job = Job(i * 7919 % 10007, "job")
        if job < least:
            least = replace(job, done=True)
        check += job == Job(i, "job")
    print(len(seen), check, least)


main()
