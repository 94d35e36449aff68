# A scheduler of one's own: generators in a deque yield requests and are sent answers.
from collections import deque

N = 160_000
WORKERS = 25


def worker(me, turns):
    mine = 0
    for turn in range(turns):
        got = yield ("add", me)
        mine += got
        if turn % 4 == me % 4:
            yield ("pass", 0)
    return mine


def run(generators):
    ready = deque((generator, None) for generator in generators)
    shared = 0
    results = []
    while ready:
        generator, answer = ready.popleft()
        try:
            what, value = generator.send(answer)
        except StopIteration as stop:
            results.append(stop.value)
            continue
        if what == "add":
            shared = (shared + value) % 1000003
            ready.append((generator, shared))
        else:
            ready.append((generator, None))
    return results


def main():
    results = run([worker(me, N) for me in range(WORKERS)])
    print(len(results), sum(results))


main()
