from collections import deque
from types import coroutine


@coroutine
def pause():
    yield


async def count(name, limit):
    for step in range(1, limit + 1):
        print(f"{name}: {step}/{limit}")
        await pause()
    print(f"{name}: done")


def run(*tasks):
    ready = deque(tasks)
    turns = 0
    while ready:
        task = ready.popleft()
        turns += 1
        try:
            task.send(None)
        except StopIteration:
            continue
        ready.append(task)
    return turns


print(run(count("red", 3), count("green", 1), count("blue", 2)), "turns")
