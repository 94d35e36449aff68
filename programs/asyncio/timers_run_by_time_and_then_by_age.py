# Timers in the heap of a loop: their order, cancelled ones, and classes that order them in another way.
import asyncio


class Counting(asyncio.SelectorEventLoop):
    """Sees every timer that is set and cancelled."""

    set = cancelled = 0

    def call_at(self, when, callback, *args, context=None):
        self.set += 1
        return super().call_at(when, callback, *args, context=context)

    def _timer_handle_cancelled(self, handle):
        self.cancelled += 1
        super()._timer_handle_cancelled(handle)


async def main(seen):
    loop = asyncio.get_running_loop()
    start = loop.time()
    handles = [loop.call_at(start + (i * 7 % 10) / 1000, seen.append, i) for i in range(30)]
    for handle in handles[::3]:
        handle.cancel()
        handle.cancel()
    print(handles[0] < handles[1], handles[0].cancelled(), handles[1].when() == start + 0.007)
    print(handles[1]._scheduled, hash(handles[1]) == hash(handles[1].when()))
    try:
        handles[0] < 1
    except TypeError as error:
        print(error)
    many = [loop.call_later(100, print, "never") for _ in range(500)]
    for handle in many:
        handle.cancel()
    await asyncio.sleep(0.02)
    print([n for n in seen], len(loop._scheduled))
    for arguments in [(None, print), ("soon", print)]:
        try:
            loop.call_later(*arguments)
        except TypeError as error:
            print(error)
    try:
        loop.call_at(None, print)
    except TypeError as error:
        print(error)
    loop.call_at(int(loop.time()) - 1, print, "with a time that is an int")
    await asyncio.sleep(0.001)


asyncio.run(main([]))

with asyncio.Runner(loop_factory=Counting) as runner:
    runner.run(main([]))
    loop = runner.get_loop()
    print(loop.set, loop.cancelled)


# A clock of its own.
class Leaping(asyncio.SelectorEventLoop):
    offset = 0.0

    def time(self):
        return super().time() + self.offset


async def leap():
    loop = asyncio.get_running_loop()
    loop.call_later(1000, print, "a thousand seconds later")
    loop.offset = 1000.0
    await asyncio.sleep(0.001)


with asyncio.Runner(loop_factory=Leaping) as runner:
    runner.run(leap())
