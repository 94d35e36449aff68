# Events that ten tasks wait for, set and cleared by one; then the same with a condition.
import asyncio

N = 24_000
WAITERS = 10


async def waiter(events, state):
    for event in events:
        await event.wait()
        state[0] += 1


async def setter(events):
    for event in events:
        event.set()
        await asyncio.sleep(0)


async def follower(condition, state, turns):
    async with condition:
        for turn in range(turns):
            await condition.wait_for(lambda: state[1] > turn)
            state[2] += 1


async def leader(condition, state, turns):
    for _ in range(turns):
        async with condition:
            state[1] += 1
            condition.notify_all()
        await asyncio.sleep(0)


async def main():
    state = [0, 0, 0]
    events = [asyncio.Event() for _ in range(N)]
    await asyncio.gather(*[waiter(events, state) for _ in range(WAITERS)], setter(events))
    condition = asyncio.Condition()
    followers = [follower(condition, state, N // 2) for _ in range(WAITERS)]
    await asyncio.gather(*followers, leader(condition, state, N // 2))
    print(state)


asyncio.run(main())
